exports.data = [1];
exports.work = (x) => { progress(); work.reject('this worker will not do'); };
exports.failed = { code: 'EWORKREJECT', reason: 'this worker will not do' };
