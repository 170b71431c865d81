exports.data = [new Uint8Array([0, 1, 255]), new Float64Array([0.5, -1.25, 1e300]), new Int32Array(64)];
exports.work = (array) => { progress(); return array.map((x) => x / 2); };
exports.results = exports.data.map((array) => array.map((x) => x / 2));
