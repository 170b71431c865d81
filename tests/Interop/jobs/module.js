exports.publish = 'package/package.json';
exports.requires = ['interop-arithmetic/double'];
exports.data = [4, 5];
exports.work = (x) => { progress(); return require('double').double(x); };
exports.results = [8, 10];
