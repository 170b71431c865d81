exports.name = 'numbers';
exports.data = [1, 2.5, -3];
exports.work = (x) => { progress(1); return x * 2; };
