exports.range = [3, 12, 3];
exports.work = (x) => { progress(); return x + 0.5; };
exports.results = [3.5, 6.5, 9.5, 12.5];
