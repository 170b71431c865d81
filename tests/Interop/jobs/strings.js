exports.data = ['', 'a', 'größer, 😀 & <b>', '%41 \u2028 "quoted"\n', 'x'.repeat(5000)];
exports.work = (s) => { progress(); return s + '|' + s.length; };
exports.results = exports.data.map((s) => s + '|' + s.length);
