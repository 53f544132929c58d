// What a newcomer writes first. scripts/check-packages.mjs runs it against the packed packages, as an ES module and as
// CommonJS, and type-checks it under the two module resolutions in use; hence no type annotations and no top-level await.
import { createEngine } from '@weftline/engine';
import { parseWorkflow } from '@weftline/graph';
import { memoryStore } from '@weftline/persistence';
import { sqliteStore } from '@weftline/persistence-sqlite';

const text = `
weftline: 1
name: hello
input:
  name: { type: string, required: true }
tasks:
  greet:
    action: greet
    input: { name: "{{ input.name }}" }
output:
  greeting: "{{ task.greet.result }}"
`;

async function main() {
  const definition = parseWorkflow(text, { file: 'hello.yaml' });
  for (const store of [memoryStore(), sqliteStore({ path: 'hello.sqlite' })]) {
    const engine = createEngine({ store, actions: { greet: (input) => `hello ${String(input.name)}` } });
    const execution = await engine.start(definition, { input: { name: 'weft' } });
    console.log(JSON.stringify((await execution.outcome()).output));
    await engine.close();
  }
}

void main();
