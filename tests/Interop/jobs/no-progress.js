exports.data = [1];
exports.work = (x) => x;
exports.failed = { code: 'ENOPROGRESS', reason: 'ENOPROGRESS' };
