import { nearestName } from '@weftline/expression';
import { quote } from '../describe-value.ts';
import { ENGINE_COMMANDS } from '../definition.ts';
import type { Edge, WorkflowGraph } from '../graph.ts';
import { findEndlessCycles } from './endless-cycles.ts';
import type { Gaps } from './gaps.ts';
import type { Report } from './report.ts';
import { findReachable, findStartable } from './startable.ts';

/** How many tasks a message names before it only counts them. */
const namedMax = 8;

/** The shape of the graph lets the workflow begin, end, and reach all of itself. */
export function checkGraph(graph: WorkflowGraph, report: Report, gaps: Gaps): void {
  if (graph.taskNames.length === 0) {
    if (!gaps.edges) report('NO_TASKS', { path: ['tasks'] }, 'expected at least one task');
    return;
  }
  const resolved = checkTargets(graph, report);
  checkActions(graph, report, gaps);
  if (graph.entryTasks.length === 0) reportNoEntry(graph, report);
  for (const cycle of findEndlessCycles(graph)) reportCycle(cycle, graph, report);
  if (gaps.edges || !resolved) return;
  if (graph.entryTasks.length > 0) reportUnreachable(graph, report);
  checkJoins(graph, report);
}

function checkActions({ definition }: WorkflowGraph, report: Report, gaps: Gaps): void {
  for (const task of Object.values(definition.tasks)) {
    if (task.with === undefined || task.action !== undefined || gaps.actions.has(task.name)) continue;
    const message = 'expected "action" beside "with": the work to do for each item';
    report('WITH_WITHOUT_ACTION', { path: ['tasks', task.name, 'with'], part: 'key' }, message);
  }
}

const engineCommands: readonly string[] = ENGINE_COMMANDS;

/** Answers whether every target exists. */
function checkTargets(graph: WorkflowGraph, report: Report): boolean {
  const known = new Set([...graph.taskNames, ...engineCommands]);
  let resolved = true;
  for (const task of graph.taskNames) {
    for (const [position, transition] of graph.transitions(task).entries()) {
      for (const [place, target] of transition.do.entries()) {
        if (known.has(target)) continue;
        resolved = false;
        const path = ['tasks', task, 'next', position, 'do', place];
        report(
          'UNKNOWN_TASK',
          { path },
          { message: unknownTask(target), suggestion: () => nearestName(target, known) },
        );
      }
    }
  }
  return resolved;
}

function unknownTask(target: string): string {
  const hint = /[\s,]/.test(target) ? '; several tasks are written as a list' : '';
  return `unknown task ${quote(target)}${hint}`;
}

function reportNoEntry(graph: WorkflowGraph, report: Report): void {
  const [first] = graph.taskNames;
  if (first === undefined) return;
  const message = 'a workflow begins with the tasks that nothing leads to, but something leads to every one of these';
  report('NO_ENTRY_TASK', { path: ['tasks', first], part: 'key' }, `${message}: ${nameList(graph.taskNames)}`);
}

function reportCycle(cycle: readonly Edge[], graph: WorkflowGraph, report: Report): void {
  const back = cycle.at(-1);
  if (back === undefined) return;
  const { from, to, transition } = back;
  const place = graph.transitions(from)[transition]?.do.indexOf(to) ?? 0;
  const way = [
    ...cycle.slice(0, namedMax).map((edge) => quote(edge.from)),
    ...(cycle.length > namedMax ? ['…'] : []),
    quote(to),
  ];
  const message = `the cycle ${way.join(' → ')} never ends, because each of these transitions always holds`;
  report('ENDLESS_CYCLE', { path: ['tasks', from, 'next', transition, 'do', place] }, message);
}

/** Only a warning: the workflow runs and ends without these tasks. A join that would wait for one of them is an error. */
function reportUnreachable(graph: WorkflowGraph, report: Report): void {
  const reachable = findReachable(graph);
  for (const task of graph.taskNames) {
    if (reachable.has(task)) continue;
    const message = `nothing leads to ${quote(task)} from an entry task (${nameList(graph.entryTasks)}), so it never runs`;
    report('UNREACHABLE_TASK', { path: ['tasks', task], part: 'key' }, message);
  }
}

function checkJoins(graph: WorkflowGraph, report: Report): void {
  const startable = findStartable(graph);
  for (const task of graph.taskNames) {
    const join = graph.definition.tasks[task]?.join;
    if (join === undefined) continue;
    const message = whyNeverMet(task, graph, startable);
    if (message !== undefined) report('JOIN_NEVER_MET', { path: ['tasks', task, 'join'] }, message);
  }
}

function whyNeverMet(task: string, graph: WorkflowGraph, startable: ReadonlySet<string>): string | undefined {
  const inbound = graph.inboundTasks(task);
  const needed = graph.joinCount(task);
  if (inbound.length === 0) return `no task leads to ${quote(task)}, so there is nothing that its join could wait for`;
  if (needed > inbound.length) {
    return `the join of ${quote(task)} waits for ${needed} tasks, but only ${inbound.length} can lead to it: ${nameList(inbound)}`;
  }
  if (startable.has(task) || !inbound.some((name) => startable.has(name))) return undefined;
  const missing = inbound.filter((name) => !startable.has(name));
  return `the join of ${quote(task)} waits for ${needed} of ${nameList(inbound)}, but ${nameList(missing)} cannot run before it`;
}

function nameList(names: readonly string[]): string {
  const named = names.slice(0, namedMax).map(quote).join(', ');
  return names.length <= namedMax ? named : `${named} and ${names.length - namedMax} more`;
}
