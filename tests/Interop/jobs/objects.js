exports.data = [{ a: 1, b: { c: [1, 2, { d: 'e' }] } }, [1, [2, [3]]], { when: new Date(86400000) }, { map: new Map([['k', [1]]]) }];
exports.work = (o) => { progress(); return { got: o, keys: Object.keys(o).length }; };
exports.results = exports.data.map((o) => ({ got: o, keys: Object.keys(o).length }));
