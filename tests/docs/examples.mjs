// Runs JavaScript examples one after the other in this process. Each line of the input is a JSON object with the URL of
// a module and its environment; each line of the output is one with what the module printed and its error, if any.
import { createInterface } from 'node:readline';
import { format } from 'node:util';

let printed = '';
console.log = (...values) => {
  printed += `${format(...values)}\n`;
};

for await (const line of createInterface({ input: process.stdin })) {
  const { url, environment } = JSON.parse(line);
  Object.assign(process.env, environment);
  printed = '';
  let error = '';
  try {
    await import(url);
  } catch (reason) {
    error = String(reason?.stack ?? reason);
  }
  process.stdout.write(`${JSON.stringify({ printed, error })}\n`);
}
