// Prints the jobs of the files given (see jobs/) as KVIN text, for deployers that are not in JavaScript.
'use strict';

const path = require('path');
const kvin = require('kvin');

const jobs = {};
for (const file of process.argv.slice(2))
{
  const { publish, work, ...description } = require(path.resolve(file));
  jobs[path.basename(file, '.js')] = { ...description, work: work.toString() };
}

console.log(kvin.serialize(jobs));
