"use strict";
// Shared by the parts of the page: data, colours, numbers, small elements.
const Page = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const redraws = [];
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const curve = index => colour("--c" + index % 6);

  const number = (value, digits = 4) => {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    if (value === 0) return "0";
    const size = Math.abs(value);
    if (size >= 1e5 || size < 1e-3)
      return value.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e");
    return String(Number(value.toPrecision(digits)));
  };

  const element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name in made && typeof value !== "string") made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  };

  // Draws now or, within a fold, when it is opened; again if colours or width change.
  const draw = (host, paint) => {
    let width = 0, painted = false;
    const now = () => {
      width = host.clientWidth;
      if (width === 0) return;
      painted = true;
      paint();
    };
    new ResizeObserver(() => { if (host.clientWidth !== width) now(); }).observe(host);
    redraws.push(() => { if (painted || host.clientWidth > 0) now(); });
  };
  const redraw = () => { for (const one of redraws) one(); };
  for (const query of ["(prefers-color-scheme: dark)", "print"])
    matchMedia(query).addEventListener("change", redraw);
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const fold of opened) fold.open = true;
    redraw();
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
    opened = [];
    redraw();
  });

  // A canvas of its host's width in device pixels; the context draws in CSS pixels.
  const surface = (canvas, width, height) => {
    const ratio = devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return context;
  };

  const ticks = (low, high, isLog, most = 6) => {
    if (!(high > low)) return [low];
    const found = [];
    if (isLog) {
      const from = Math.ceil(Math.log10(low) - 1e-9), to = Math.floor(Math.log10(high) + 1e-9), every = Math.max(1, Math.ceil((to - from) / most));
      for (let power = from; power <= to; power += every) found.push(10 ** power);
      if (found.length > 1) return found;
      found.length = 0;
      for (const digit of [1, 2, 5])
        for (let power = from - 1; power <= to + 1; power++)
          if (digit * 10 ** power >= low && digit * 10 ** power <= high) found.push(digit * 10 ** power);
      return found.length > 0 ? found.sort((a, b) => a - b) : [low, high];
    }
    const raw = (high - low) / most, unit = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map(one => one * unit).find(one => one >= raw);
    for (let tick = Math.ceil(low / step - 1e-9); tick * step <= high + step * 1e-9; tick++)
      found.push(Number((tick * step).toPrecision(12)));
    return found;
  };

  return { data, colour, curve, number, element, draw, surface, ticks };
})();
