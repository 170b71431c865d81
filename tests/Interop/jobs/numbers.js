exports.data = [1, 2.5, -3, 1e21, 0];
exports.work = (x) => { progress(1); return x * 2; };
exports.results = [2, 5, -6, 2e21, 0];
