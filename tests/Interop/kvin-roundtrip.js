// Reads KVIN texts, one a line, with the real npm kvin. Answers each with a line of JSON:
// {"structure": what was read, "again": the text that kvin writes for it} or {"error": why not}.
'use strict';

const readline = require('readline');
const { base_kvin: kvin } = require('kvin');

// The same notation as StructureText.cs: a cycle as the number of levels up, everything else in full.
function structure(value, path)
{
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return value + 'n';
    case 'symbol':
      return 'symbol ' + JSON.stringify(value.description);
    case 'object':
      break;
    default:
      return String(value);
  }

  if (value === null)
    return 'null';
  if (path.includes(value))
    return '^' + (path.length - path.indexOf(value));

  const inner = [...path, value];
  const show = member => structure(member, inner);
  const kind = value.constructor.name;
  let content = '';
  let names = Object.keys(value);
  if (Array.isArray(value)) {
    content = Array.from(value.keys()).map(i => i in value ? show(value[i]) : 'hole').join(',');
    names = names.filter(name => !/^[0-9]+$/.test(name));
  } else if (value instanceof Map)
    content = [...value].map(([key, entry]) => show(key) + '=>' + show(entry)).join(',');
  else if (value instanceof Set)
    content = [...value].map(show).join(',');
  else if (value instanceof Date)
    content = value.toISOString();
  else if (value instanceof RegExp || value instanceof URL)
    content = String(value);
  else if (value instanceof Error)
    content = JSON.stringify(value.message);
  else if (ArrayBuffer.isView(value)) {
    content = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
    names = [];
  } else if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    content = show(value.valueOf());
    names = names.filter(name => !/^[0-9]+$/.test(name));
  }

  return `${kind}(${content}){${names.sort().map(name => name + ':' + show(value[name])).join(',')}}`;
}

readline.createInterface({ input: process.stdin, terminal: false }).on('line', line => {
  const answer = {};
  try {
    const value = kvin.deserialize(line);
    answer.structure = structure(value, []);
    answer.again = kvin.serialize(value);
  } catch (error) {
    answer.error = error.message;
  }

  process.stdout.write(JSON.stringify(answer) + '\n');
});
