exports.data = [5];
exports.work = async (n) => {
  for (let i = 1; i <= n; i++) {
    await new Promise((resolve) => setTimeout(resolve, 120));
    progress(i / n);
  }
  return 'done';
};
exports.results = ['done'];
