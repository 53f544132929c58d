// Interface sketch by the lead; the implementation replaces the declaration of createGraph, the shapes stay.
import type { TransitionDefinition, WorkflowDefinition } from './definition.ts';

/** A transition with the task it leaves. Edges exist for tasks only, engine commands are not nodes. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Position in the `next` list of `from`. */
  readonly transition: number;
}

/** The edges of a definition, computed once in O(tasks x transitions); every query is O(1). */
export interface WorkflowGraph {
  readonly definition: WorkflowDefinition;
  readonly taskNames: readonly string[];
  /** Tasks nothing leads to, in the order written. */
  readonly entryTasks: readonly string[];
  /** Transitions of a task, as written. */
  transitions(task: string): readonly TransitionDefinition[];
  outbound(task: string): readonly Edge[];
  inbound(task: string): readonly Edge[];
  /** Distinct tasks that lead to `task`, in the order written; a join counts these. */
  inboundTasks(task: string): readonly string[];
  /** How many distinct inbound tasks satisfy the join of `task`; 0 when it has none. */
  joinCount(task: string): number;
}

export declare function createGraph(definition: WorkflowDefinition): WorkflowGraph;
