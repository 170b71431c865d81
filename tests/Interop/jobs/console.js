exports.data = [1, 2];
exports.work = (x) => {
  progress();
  console.log('value', x, { deep: [x] });
  console.warn('careful');
  return x;
};
exports.results = [1, 2];
exports.console = [
  { slice: 1, level: 'log', message: ['value', 1, { deep: [1] }] },
  { slice: 1, level: 'warn', message: ['careful'] },
  { slice: 2, level: 'log', message: ['value', 2, { deep: [2] }] },
  { slice: 2, level: 'warn', message: ['careful'] },
];
