// Curves over one variable, drawn by uPlot: values under the pointer or, with the arrow keys, without one; zoom by dragging.
const Curves = (() => {
  const { colour, curve, number, element, draw, ticks } = Page;

  // Limits of a log axis: those of the data, with room by a factor.
  const logRange = room => (_, low, high) => low > 0 ? [low / room, high * room] : [0.1, 10];

  // Grid lines of a log axis: at multiples of powers of ten, of 1, 2 and 5 over less than a decade or so, else at equal steps.
  const logSplits = (low, high) => {
    if (high / low < 3) return ticks(low, high, false);
    const found = [], digits = high / low < 20 ? [1, 2, 5] : high / low < 1e12 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [1];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
      for (const digit of digits) found.push(Number(`${digit}e${power}`));
    return found.filter(value => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
  };

  const options = (part, width, height, syncKey) => {
    const axis = (label, isLog, side) => ({
      label, stroke: colour("--ink"), labelSize: 22, labelFont: "13px system-ui, sans-serif", font: "12px system-ui, sans-serif",
      grid: { stroke: colour("--grid"), width: 1 }, ticks: { stroke: colour("--line"), width: 1, size: 5 },
      size: side === "y" ? 66 : 44, values: (_, splits) => splits.map(value => value === null ? "" : number(value, 5)),
      splits: isLog ? (_u, _axis, low, high) => logSplits(low, high) : undefined,
      filter: isLog ? (u, splits) => {
        if (u.scales[side].max / u.scales[side].min < 20) return splits;
        const powers = splits.filter(value => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-6);
        const every = Math.max(1, Math.ceil(powers.length / (side === "y" ? 7 : 8)));
        return powers.length < 2 ? splits
          : splits.map(value => powers.includes(value) && powers.indexOf(value) % every === 0 ? value : null);
      } : undefined,
    });
    return {
      width, height, padding: [8, 12, 0, 0],
      scales: {
        x: { time: false, distr: part.xLog ? 3 : 1, range: part.xLog ? logRange(1) : undefined },
        y: { distr: part.yLog ? 3 : 1, range: part.range ?? (part.yLog ? logRange(1.15) : undefined) },
      },
      axes: [axis(part.xLabel, part.xLog, "x"), axis(part.yLabel, part.yLog, "y")],
      cursor: { drag: { x: true, y: false }, focus: { prox: 30 }, sync: syncKey ? { key: syncKey } : undefined },
      legend: { live: true },
      series: [
        { label: part.xLabel, value: (_, value) => number(value, 6) },
        ...part.curves.map((one, index) => ({
          label: one.name, stroke: curve(one.colour ?? index), width: one.dashed ? 1.5 : 2,
          dash: one.dashed ? [6, 4] : index >= 6 ? [2, 3] : undefined,
          points: { show: one.marks || undefined, size: one.marks ? 7 : 4 }, spanGaps: false,
          value: (_, value) => number(value, 6),
        })),
      ],
    };
  };

  const table = part => uPlot.join(part.curves.map(one => [one.x, part.yLog ? one.y.map(value => value > 0 ? value : null) : one.y]));

  // The host: arrow keys move the cursor, and what is under it is said.
  const keyboard = (host, part, plotOf) => {
    host.tabIndex = 0;
    host.setAttribute("role", "group");
    host.setAttribute("aria-label", `${part.title}. Arrow keys read the values, Escape undoes a zoom.`);
    const said = element("p", { class: "unseen", "aria-live": "polite" });
    host.after(said);
    let index = null;
    host.addEventListener("keydown", event => {
      const plot = plotOf();
      if (!plot) return;
      const count = plot.data[0].length, jump = event.shiftKey ? 10 : 1;
      if (event.key === "Escape") {
        plot.setScale("x", { min: plot.data[0][0], max: plot.data[0][count - 1] });
        return;
      }
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight" && event.key !== "Home" && event.key !== "End") return;
      event.preventDefault();
      const next = { ArrowLeft: (index ?? count) - jump, ArrowRight: (index ?? -1) + jump, Home: 0, End: count - 1 }[event.key];
      index = Math.min(count - 1, Math.max(0, next));
      const left = plot.valToPos(plot.data[0][index], "x");
      const first = plot.data.slice(1).map((row, place) => [row[index], place + 1]).find(([value]) => value !== null && value !== undefined);
      plot.setCursor({ left, top: first ? plot.valToPos(first[0], "y") : 0 });
      said.textContent = `${part.xLabel} = ${number(plot.data[0][index])}: `
        + part.curves.map((one, place) => `${one.name} ${number(plot.data[place + 1][index])}`).join(", ");
    });
  };

  const make = (host, part) => {
    const plotHost = element("div", { class: "plot" });
    host.append(element("div", { class: "chart" }, element("h3", {}, part.title), plotHost));
    let plot = null;
    keyboard(plotHost, part, () => plot);
    const rows = table(part);
    draw(plotHost, () => {
      plot?.destroy();
      plot = new uPlot(options(part, plotHost.clientWidth, 300), rows, plotHost);
      plotHost.plot = plot;
    });
  };

  return { make, options, keyboard };
})();
