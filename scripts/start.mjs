// `npm start` runs the log-processing example; `npm start -- <arguments>` runs `weftline <arguments>` in the folder
// where it was typed.
const example = ['run', 'examples/log-processing/log-processing.yaml'];

const given = process.argv.slice(2).filter((argument, index) => index > 0 || argument !== '--');
if (given.length > 0) process.chdir(process.env.INIT_CWD ?? process.cwd());

// The command reads its arguments from `process.argv`, so it can live in this process and own its signals.
const command = new URL('../apps/executor/dist/cli.js', import.meta.url);
// The commands that it suggests next must work as they are typed here.
process.env.WEFTLINE_COMMAND ??= 'npm start --';
process.argv = [process.execPath, command.pathname, ...(given.length > 0 ? given : example)];
await import(command.href);
