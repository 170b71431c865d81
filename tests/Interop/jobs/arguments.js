exports.data = [1, 2];
exports.arguments = [10, 'ten', { k: [1, 2] }, [true, null]];
exports.work = (x, ...more) => { progress(); return [x, ...more]; };
exports.results = exports.data.map((x) => [x, ...exports.arguments]);
