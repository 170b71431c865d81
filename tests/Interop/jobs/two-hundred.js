exports.data = Array.from({ length: 200 }, (_, i) => i);
exports.work = (x) => { progress(); return x * x; };
exports.results = exports.data.map((x) => x * x);
