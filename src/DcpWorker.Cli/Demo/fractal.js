// The work function of the demonstration: the pixels of one tile of the Mandelbrot set.
// tile: { x, y, width, height } in pixels of the whole picture. view: the picture and the place that it shows.
// Gives the colours, three bytes a pixel, row by row.
async function drawTile(tile, view) {
  // Where the colours turn, over one period of the logarithm of the escape time.
  const stops = [
    [0.0, 4, 8, 64],
    [0.16, 32, 107, 203],
    [0.42, 237, 255, 255],
    [0.64, 255, 170, 0],
    [0.86, 60, 6, 24],
    [1.0, 4, 8, 64],
  ];

  function colourAt(escape, colour) {
    const at = (Math.log(escape + 1) * view.colourTurns) % 1;
    let i = 1;
    while (stops[i][0] < at) i++;
    const [from, to] = [stops[i - 1], stops[i]];
    const share = (at - from[0]) / (to[0] - from[0]);
    for (let c = 0; c < 3; c++) colour[c] += from[c + 1] + (to[c + 1] - from[c + 1]) * share;
  }

  // How many steps a point takes to leave the circle of radius 16, made continuous; 0 when it never does.
  function escapeTime(re, im) {
    let x = 0, y = 0, xx = 0, yy = 0;
    for (let n = 0; n < view.limit; n++) {
      y = 2 * x * y + im;
      x = xx - yy + re;
      xx = x * x;
      yy = y * y;
      if (xx + yy > 256) return n + 1 - Math.log2(Math.log2(xx + yy) / 2);
    }
    return 0;
  }

  const pixels = new Uint8Array(tile.width * tile.height * 3);
  const step = view.span / view.width;
  const samples = view.samples;
  for (let row = 0, at = 0; row < tile.height; row++) {
    progress(row / tile.height);
    for (let column = 0; column < tile.width; column++, at += 3) {
      const colour = [0, 0, 0];
      for (let s = 0; s < samples * samples; s++) {
        const x = tile.x + column + ((s % samples) + 0.5) / samples - view.width / 2;
        const y = tile.y + row + (Math.floor(s / samples) + 0.5) / samples - view.height / 2;
        const escape = escapeTime(view.re + x * step, view.im - y * step);
        if (escape > 0) colourAt(escape, colour);
      }
      for (let c = 0; c < 3; c++) pixels[at + c] = Math.round(colour[c] / (samples * samples));
    }
  }
  progress(1);
  return pixels;
}
