exports.data = [1, 2];
exports.work = (x) => { progress(); work.emit('milestone', { reached: x, list: [x, x] }); return x; };
exports.results = [1, 2];
exports.events = ['milestone'];
exports.custom = [{ reached: 1, list: [1, 1] }, { reached: 2, list: [2, 2] }];
