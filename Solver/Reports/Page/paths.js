// Paths in a plane: trajectories, a frontier. The nearest point under the pointer, or the next one by the arrow keys, is read out.
const Paths = (() => {
  const { colour, curve, number, element, draw, surface, ticks } = Page;

  const make = (host, part) => {
    const canvas = element("canvas", { class: "paths", tabindex: "0", role: "img" });
    canvas.setAttribute("aria-label", `${part.title}: ${part.paths.length} paths, ${part.yLabel} over ${part.xLabel}. Arrow keys read points.`);
    const readout = element("p", { class: "readout", "aria-live": "polite" });
    const plot = element("div", { class: "plot" }, canvas);
    const key = part.bundle ? "" : element("p", { class: "key" }, ...part.paths.map((path, index) => {
      const swatch = element("span", { class: "swatch" });
      swatch.style.borderTop = `.2rem ${index < 6 ? "solid" : "dotted"} var(--c${index % 6})`;
      return element("span", {}, swatch, path.name);
    }));
    host.append(element("div", { class: "chart" }, element("h3", {}, part.title), plot, key, readout));
    const scale = part.xLog ? Math.log : value => value;
    const points = part.paths.flatMap((path, index) => path.x.map((x, place) => ({ path, index, place, x, y: path.y[place] })))
      .filter(point => point.x !== null && point.y !== null && (!part.xLog || point.x > 0));
    if (points.length === 0) {
      readout.textContent = "No points.";
      return;
    }
    const bounds = (of, isLog) => {
      let low = Infinity, high = -Infinity;
      for (const point of points) {
        low = Math.min(low, of(point));
        high = Math.max(high, of(point));
      }
      if (isLog) return [low, high];
      const room = 0.04 * (high - low || Math.abs(high) || 1);
      return [low - room, high + room];
    };
    let [left, right] = bounds(point => point.x, part.xLog), [bottom, top] = bounds(point => point.y, false);
    let place = null, chosen = null, width = 0, height = 0;
    const margin = { left: 62, right: 14, top: 10, bottom: 44 };

    const paint = () => {
      width = plot.clientWidth;
      const inner = width - margin.left - margin.right;
      let tall = 300;
      let x0 = left, x1 = right, y0 = bottom, y1 = top;
      if (part.space) {
        tall = Math.min(460, Math.max(220, inner * (top - bottom) / (right - left)));
        const unit = Math.max((right - left) / inner, (top - bottom) / tall);
        const midX = (left + right) / 2, midY = (bottom + top) / 2;
        [x0, x1, y0, y1] = [midX - unit * inner / 2, midX + unit * inner / 2, midY - unit * tall / 2, midY + unit * tall / 2];
      }
      height = tall + margin.top + margin.bottom;
      canvas.style.aspectRatio = `${width} / ${height}`;
      const context = surface(canvas, width, height);
      place = point => [
        margin.left + inner * (scale(point.x) - scale(x0)) / (scale(x1) - scale(x0) || 1),
        margin.top + tall * (y1 - point.y) / (y1 - y0)];
      context.font = "12px system-ui, sans-serif";
      context.fillStyle = colour("--ink");
      context.strokeStyle = colour("--grid");
      context.textAlign = "center";
      context.textBaseline = "top";
      for (const tick of ticks(x0, x1, part.xLog)) {
        const [x] = place({ x: tick, y: y0 });
        context.beginPath();
        context.moveTo(x, margin.top);
        context.lineTo(x, margin.top + tall);
        context.stroke();
        context.fillText(number(tick), x, margin.top + tall + 5);
      }
      context.fillText(part.xLabel, margin.left + inner / 2, height - 17);
      context.textAlign = "right";
      context.textBaseline = "middle";
      for (const tick of ticks(y0, y1, false)) {
        const [, y] = place({ x: x0, y: tick });
        context.beginPath();
        context.moveTo(margin.left, y);
        context.lineTo(margin.left + inner, y);
        context.stroke();
        context.fillText(number(tick), margin.left - 6, y);
      }
      context.save();
      context.translate(13, margin.top + tall / 2);
      context.rotate(-Math.PI / 2);
      context.textAlign = "center";
      context.fillText(part.yLabel, 0, 0);
      context.restore();
      part.paths.forEach((path, index) => {
        context.strokeStyle = part.bundle ? curve(0) : curve(index);
        context.fillStyle = context.strokeStyle;
        context.globalAlpha = part.bundle ? Math.max(0.15, 0.8 / Math.sqrt(part.paths.length)) : 1;
        context.lineWidth = part.bundle ? 1 : 1.75;
        // Of more paths than colours, the later ones are dotted, with open points.
        const isOpen = !part.bundle && index >= 6;
        context.setLineDash(isOpen ? [2, 3] : []);
        context.beginPath();
        const own = path.x.map((x, at) => ({ x, y: path.y[at] })).filter(point => point.x !== null && point.y !== null);
        own.forEach((point, at) => context[at === 0 ? "moveTo" : "lineTo"](...place(point)));
        context.stroke();
        context.setLineDash([]);
        context.globalAlpha = 1;
        for (const point of part.bundle ? own.slice(-1) : own) {
          const [x, y] = place(point);
          context.beginPath();
          context.arc(x, y, part.bundle ? 2 : 3.5, 0, 2 * Math.PI);
          if (isOpen) context.stroke();
          else context.fill();
        }
      });
      if (chosen !== null) {
        const [x, y] = place(points[chosen]);
        context.strokeStyle = colour("--ink");
        context.lineWidth = 2;
        context.beginPath();
        context.arc(x, y, 6, 0, 2 * Math.PI);
        context.stroke();
      }
    };

    const choose = index => {
      if (index === chosen) return;
      chosen = index;
      const point = points[index];
      readout.textContent = `${point.path.name}: ${part.xLabel} = ${number(point.x)}, ${part.yLabel} = ${number(point.y)}`
        + (point.path.labels[point.place] ? `, ${point.path.labels[point.place]}` : "");
      paint();
    };
    canvas.addEventListener("pointermove", event => {
      const box = canvas.getBoundingClientRect(), x = (event.clientX - box.left) * width / box.width, y = (event.clientY - box.top) * height / box.height;
      let best = 0, least = Infinity;
      points.forEach((point, index) => {
        const [px, py] = place(point), distance = (px - x) ** 2 + (py - y) ** 2;
        if (distance < least) [best, least] = [index, distance];
      });
      choose(best);
    });
    canvas.addEventListener("keydown", event => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      choose(((chosen ?? (step > 0 ? -1 : 0)) + step + points.length) % points.length);
    });
    draw(plot, paint);
  };

  return { make };
})();
