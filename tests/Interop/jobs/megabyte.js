const long = Array.from({ length: 1 << 20 }, (_, i) => String.fromCharCode(97 + (i * 7) % 26)).join('');
exports.data = [long, { text: long }];
exports.work = (x) => {
  progress();
  const text = x.text || x;
  let sum = 0;
  for (let i = 0; i < text.length; i++)
    sum = (sum * 31 + text.charCodeAt(i)) >>> 0;
  return { length: text.length, sum, back: text };
};
let sum = 0;
for (let i = 0; i < long.length; i++)
  sum = (sum * 31 + long.charCodeAt(i)) >>> 0;
exports.results = exports.data.map(() => ({ length: long.length, sum, back: long }));
