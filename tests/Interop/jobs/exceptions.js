exports.data = [1, 2, 3];
exports.work = (x) => {
  progress();
  if (x === 2)
    throw new TypeError('two is not allowed');
  return x;
};
exports.results = [1, { threw: 'two is not allowed' }, 3];
exports.errors = [{ slice: 2, message: 'two is not allowed' }];
