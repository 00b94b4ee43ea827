// The frames of a run under a slider: curves on a line, maps in the plane. A frame is unpacked when it is first shown.
const Frames = (() => {
  const { colour, number, element, draw, surface } = Page;
  const names = { u: "u, density of the data with noise", v: "v, generated density", w: "w = v/u", score: "score s" };

  const bytes = text => {
    const letters = atob(text), found = new Uint8Array(letters.length);
    for (let index = 0; index < found.length; index++) found[index] = letters.charCodeAt(index);
    return found;
  };

  // Codes of a field: differences from left + below − diagonal, from 0 below 6 bits; zigzag, low bytes before high bytes, deflated.
  const codes = async (field, columns) => {
    const stream = new Blob([bytes(field.data)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const planes = new Uint8Array(await new Response(stream).arrayBuffer()), count = planes.length / 2, found = new Uint16Array(count);
    const isPredicted = field.bits >= 6;
    for (let cell = 0, column = 0; cell < count; cell++) {
      const zigzag = planes[cell] | planes[count + cell] << 8;
      const left = column > 0 ? found[cell - 1] : 0, below = cell >= columns ? found[cell - columns] : 0;
      const diagonal = column > 0 && cell >= columns ? found[cell - columns - 1] : 0;
      found[cell] = (isPredicted ? left + below - diagonal : 0) + (zigzag >> 1 ^ -(zigzag & 1));
      if (++column === columns) column = 0;
    }
    return found;
  };

  // The value of every code; NaN for code 0.
  const decoded = field => {
    const values = new Float64Array(1 << field.bits), last = Math.max(1, values.length - 2);
    const from = field.log ? Math.log(field.low) : field.low, range = (field.log ? Math.log(field.high) : field.high) - from;
    values[0] = NaN;
    for (let code = 1; code < values.length; code++) {
      const place = from + range * (code - 1) / last;
      values[code] = field.log ? Math.exp(place) : place;
    }
    return values;
  };

  const unpack = async (part, index) => {
    const frame = part.frames[index];
    frame.ready ??= (async () => {
      const columns = part.faces[0].length - 1, values = {};
      for (const [name, field] of Object.entries(frame.fields)) {
        const table = decoded(field), own = await codes(field, columns), found = values[name] = new Float32Array(own.length);
        for (let cell = 0; cell < own.length; cell++) found[cell] = table[own[cell]];
        field.data = "";
      }
      return values;
    })();
    return frame.ready;
  };

  const centres = faces => faces.slice(1).map((face, index) => (face + faces[index]) / 2);

  // The cell of each of some equal steps over an axis.
  const cellsOf = (faces, count) => {
    const cells = new Int32Array(count), low = faces[0], width = faces[faces.length - 1] - low;
    for (let step = 0, cell = 0; step < count; step++) {
      const x = low + width * (step + 0.5) / count;
      while (cell < faces.length - 2 && faces[cell + 1] <= x) cell++;
      cells[step] = cell;
    }
    return cells;
  };

  // Colours: viridis for what is at least 0, blue–grey–red for a ratio around 1.
  const ramp = stops => {
    const table = new Uint8Array(256 * 3);
    for (let index = 0; index < 256; index++) {
      const at = index / 255 * (stops.length - 1), low = Math.min(stops.length - 2, Math.floor(at)), share = at - low;
      for (let channel = 0; channel < 3; channel++)
        table[3 * index + channel] = Math.round(stops[low][channel] * (1 - share) + stops[low + 1][channel] * share);
    }
    return table;
  };
  const viridis = ramp([[68, 1, 84], [72, 40, 120], [62, 74, 137], [49, 104, 142], [38, 130, 142], [31, 158, 137], [53, 183, 121],
    [110, 206, 88], [181, 222, 43], [253, 231, 37]]);
  const ratio = ramp([[33, 72, 153], [91, 143, 205], [171, 202, 232], [238, 238, 238], [244, 184, 158], [222, 109, 82], [160, 29, 46]]);

  const make = (host, part) => {
    const frames = part.frames, isPlane = part.faces.length === 2;
    const fields = Object.keys(frames[0].fields);
    const state = { index: 0, isLog: false, isFixed: false, contours: true, points: true };
    const slider = element("input", {
      type: "range", min: "0", max: String(frames.length - 1), value: "0", step: "1", id: "time", "aria-label": "time t, logarithmic",
    });
    const play = element("button", { type: "button", "aria-pressed": "false", id: "play" }, "▶ Play");
    const shown = element("output", { for: "time" });
    host.append(element("div", { class: "timeline" }, play, slider, shown));

    const tick = (label, name) => {
      const box = element("input", { type: "checkbox", checked: state[name] });
      box.addEventListener("change", () => {
        state[name] = box.checked;
        redraw();
      });
      return element("label", {}, box, " " + label);
    };
    const controls = element("div", { class: "controls" },
      tick("log scale of the densities", "isLog"), tick("one scale for all times", "isFixed"),
      ...isPlane ? [tick("contours", "contours")] : [], ...part.points.length > 0 && isPlane ? [tick("particles", "points")] : []);
    host.append(controls);
    const view = isPlane ? maps(host, part, fields, state) : lines(host, part, fields, state);
    let asked = 0;
    const redraw = async () => {
      const turn = ++asked;
      const values = await unpack(part, state.index);
      if (turn === asked) view.show(values, frames[state.index]);
    };
    const text = frame => frame.t === null ? "" : `t = ${number(frame.t)}, σ = ${number(Math.sqrt(2 * frame.t))}`;
    const go = async index => {
      state.index = index;
      slider.value = String(index);
      const frame = frames[index];
      shown.textContent = `${text(frame)} (level ${frame.level})`;
      slider.setAttribute("aria-valuetext", text(frame));
      await redraw();
    };
    slider.addEventListener("input", () => go(Number(slider.value)));
    let timer = null;
    const stop = () => {
      clearTimeout(timer);
      timer = null;
      play.textContent = "▶ Play";
      play.setAttribute("aria-pressed", "false");
    };
    const next = async () => {
      await go((state.index + 1) % frames.length);
      if (timer !== null) timer = setTimeout(next, state.index === frames.length - 1 ? 1200 : 120);
    };
    play.addEventListener("click", () => {
      if (timer !== null) {
        stop();
        return;
      }
      play.textContent = "❚❚ Pause";
      play.setAttribute("aria-pressed", "true");
      timer = setTimeout(next, 0);
    });
    draw(host, redraw);
    host.go = go;
    go(frames.length - 1).then(() => { host.dataset.ready = "true"; }, failure => {
      host.append(element("p", { class: "note" }, "This browser cannot unpack the frames: it has no DecompressionStream for deflate-raw."));
      host.dataset.failure = String(failure);
    });
  };

  // The extremes of a field: of the frame, or of all.
  const range = (part, name, frame, isFixed) => {
    const all = (isFixed ? part.frames : [frame]).map(one => one.fields[name]);
    return [Math.min(...all.map(field => field.low)), Math.max(...all.map(field => field.high))];
  };

  const lines = (host, part, fields, state) => {
    const x = centres(part.faces[0]), has = name => fields.includes(name);
    const groups = [
      { title: "Densities", yLabel: "density", names: fields.filter(name => name === "u" || name === "v"), densities: true },
      ...has("w") ? [{ title: "Ratio w = v/u", yLabel: "w", names: ["w"], densities: true }] : [],
      { title: "Score", yLabel: "score", names: ["score"], densities: false },
    ];
    const grid = element("div", { class: "lines" });
    host.append(grid);
    let current = null;
    for (const group of groups) {
      const plotHost = element("div", { class: "plot" });
      grid.append(element("div", { class: "chart" }, element("h3", {}, group.title), plotHost));
      const part1 = () => ({
        title: group.title, xLabel: "x", yLabel: group.yLabel, xLog: false, yLog: group.densities && state.isLog,
        range: (_, low, high) => group.limits ?? [low, high],
        curves: group.names.map((name, index) => ({ name, dashed: name === "u" && group.names.length > 1, colour: group.densities ? index : 3 })),
      });
      let plot = null, made = null;
      Curves.keyboard(plotHost, part1(), () => plot);
      group.show = () => {
        if (current === null || plotHost.clientWidth === 0) return;
        const isLog = group.densities && state.isLog;
        const rows = group.names.map(name => Array.from(current.values[name], value => Number.isNaN(value) || (isLog && !(value > 0)) ? null : value));
        let [low, high] = [Infinity, -Infinity];
        for (const name of group.names) {
          const [from, to] = range(part, name, current.frame, state.isFixed);
          [low, high] = [Math.min(low, from), Math.max(high, to)];
        }
        const room = 0.05 * (high - low || Math.abs(high) || 1);
        group.limits = isLog ? [low, Math.max(high * 1.5, low * 10)] : group.densities ? [0, high + room] : [low - room, high + room];
        const key = `${plotHost.clientWidth} ${isLog} ${colour("--ink")}`;
        if (made !== key) {
          plot?.destroy();
          plot = new uPlot(Curves.options(part1(), plotHost.clientWidth, 280, "x"), [x, ...rows], plotHost);
          plotHost.plot = plot;
          made = key;
        } else {
          plot.setData([x, ...rows], false);
          plot.setScale("y", { min: group.limits[0], max: group.limits[1] });
          plot.redraw();
        }
      };
    }
    return {
      show: (values, frame) => {
        current = { values, frame };
        for (const group of groups) group.show();
      },
    };
  };

  const maps = (host, part, fields, state) => {
    const [fx, fy] = part.faces, columns = fx.length - 1, rows = fy.length - 1, cx = centres(fx), cy = centres(fy);
    const grid = element("div", { class: "maps" }), readout = element("p", { class: "readout", "aria-live": "polite" });
    host.append(grid, readout);
    readout.textContent = "Point at a map, or focus it and use the arrow keys, to read the values of a cell.";
    let current = null, chosen = null;
    const panels = fields.map(name => {
      const canvas = element("canvas", { tabindex: "0", role: "img" });
      const bar = element("canvas", {}), low = element("span"), high = element("span"), title = name === "score" ? "|s|, size of the score" : names[name];
      canvas.setAttribute("aria-label", `${title}, a map. Arrow keys read the values of cells.`);
      bar.setAttribute("aria-hidden", "true");
      grid.append(element("figure", { class: "map" }, element("figcaption", {}, element("strong", {}, title)), canvas,
        element("div", { class: "bar" }, low, bar, high)));
      const panel = { name, canvas, bar, low, high };
      const say = (column, row) => {
        chosen = [column, row];
        const cell = row * columns + column;
        readout.textContent = `x = ${number(cx[column])}, y = ${number(cy[row])}: `
          + fields.map(field => `${field === "score" ? "|s|" : field} = ${number(current.values[field][cell], 3)}`).join(", ");
        for (const one of panels) paint(one);
      };
      canvas.addEventListener("pointermove", event => {
        if (current === null) return;
        const box = canvas.getBoundingClientRect();
        const at = (faces, share) => {
          const value = faces[0] + share * (faces[faces.length - 1] - faces[0]);
          let cell = 0;
          while (cell < faces.length - 2 && faces[cell + 1] <= value) cell++;
          return cell;
        };
        say(at(fx, (event.clientX - box.left) / box.width), at(fy, 1 - (event.clientY - box.top) / box.height));
      });
      canvas.addEventListener("keydown", event => {
        const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
        if (!step || current === null) return;
        event.preventDefault();
        const far = event.shiftKey ? 10 : 1, [column, row] = chosen ?? [columns >> 1, rows >> 1];
        say(Math.min(columns - 1, Math.max(0, column + far * step[0])), Math.min(rows - 1, Math.max(0, row + far * step[1])));
      });
      return panel;
    });

    // Points nearest in time, on a log scale.
    const pointsAt = time => {
      let best = null, least = Infinity;
      for (const set of part.points) {
        const distance = Math.abs(Math.log(Math.max(set.t, 1e-300) / Math.max(time, 1e-300)));
        if (distance < least) [best, least] = [set, distance];
      }
      if (best !== null && best.xs === undefined)
        [best.xs, best.ys] = [best.x, best.y].map(text => new Float32Array(bytes(text).buffer));
      return best;
    };

    // Level lines by marching squares between the centres of cells, at px, py.
    const contour = (context, values, level, px, py) => {
      context.beginPath();
      for (let row = 0; row + 1 < rows; row++) {
        for (let column = 0, cell = row * columns; column + 1 < columns; column++, cell++) {
          const corners = values[cell] > level | (values[cell + 1] > level) << 1
            | (values[cell + columns + 1] > level) << 2 | (values[cell + columns] > level) << 3;
          if (corners === 0 || corners === 15) continue;
          const at = [cell, cell + 1, cell + columns + 1, cell + columns], crossed = [];
          for (let edge = 0; edge < 4; edge++) {
            const other = (edge + 1) % 4;
            if ((corners >> edge & 1) === (corners >> other & 1)) continue;
            const from = at[edge], to = at[other], share = (level - values[from]) / (values[to] - values[from]);
            const x = px[from % columns], y = py[Math.floor(from / columns)];
            crossed.push([x + share * (px[to % columns] - x), y + share * (py[Math.floor(to / columns)] - y)]);
          }
          for (let pair = 0; pair + 1 < crossed.length; pair += 2) {
            context.moveTo(...crossed[pair]);
            context.lineTo(...crossed[pair + 1]);
          }
        }
      }
      context.stroke();
    };

    // Limits and scale of the colours of a panel now.
    const scaleOf = name => {
      const isRatio = name === "w", isLog = isRatio || (name !== "score" && state.isLog);
      let [low, high] = range(part, name, current.frame, state.isFixed);
      if (isRatio) {
        const far = Math.min(1e3, Math.max(high, 1 / Math.max(low, 1e-3), 1.0001));
        [low, high] = [1 / far, far];
      } else if (isLog) low = Math.max(low, high * 1e-8);
      else if (name !== "score") low = 0;
      return { isRatio, isLog, low, high, table: isRatio ? ratio : viridis };
    };

    // Map, level lines and particles; kept until time, scale or size change, so that a pointer only moves the mark over it.
    const layer = (name, width, height, toX, toY) => {
      const { isRatio, isLog, low, high, table } = scaleOf(name), values = current.values[name];
      const from = isLog ? Math.log(low) : low, span = (isLog ? Math.log(high) : high) - from || 1;
      const colours = new Uint32Array(values.length);
      for (let cell = 0; cell < values.length; cell++) {
        const value = values[cell];
        if (Number.isNaN(value)) continue;
        const place = ((isLog ? Math.log(Math.max(value, low)) : value) - from) / span;
        const index = 3 * Math.round(255 * Math.min(1, Math.max(0, place)));
        colours[cell] = (255 << 24 | table[index + 2] << 16 | table[index + 1] << 8 | table[index]) >>> 0;
      }
      const pixels = Math.round(Math.min(640, Math.max(columns, 320))), tall = Math.round(pixels * height / width);
      const image = new ImageData(pixels, tall), target = new Uint32Array(image.data.buffer);
      const xs = cellsOf(fx, pixels), ys = cellsOf(fy, tall);
      for (let y = 0, at = 0; y < tall; y++) {
        const start = ys[tall - 1 - y] * columns;
        for (let x = 0; x < pixels; x++, at++) target[at] = colours[start + xs[x]];
      }
      const raw = element("canvas"), drawn = element("canvas");
      raw.width = pixels;
      raw.height = tall;
      raw.getContext("2d").putImageData(image, 0, 0);
      const context = surface(drawn, width, height);
      context.fillStyle = colour("--panel");
      context.fillRect(0, 0, width, height);
      context.imageSmoothingEnabled = false;
      context.drawImage(raw, 0, 0, width, height);
      if (state.contours) {
        context.strokeStyle = isRatio ? "rgba(0,0,0,.45)" : "rgba(255,255,255,.55)";
        context.lineWidth = 1;
        const levels = isRatio ? [0.5, 0.8, 1.25, 2] : isLog ? [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1].map(share => share * high)
          : [0.1, 0.25, 0.5, 0.75, 0.9].map(share => low + share * (high - low));
        const px = cx.map(toX), py = cy.map(toY);
        for (const level of levels) contour(context, values, level, px, py);
      }
      const points = state.points && name === "v" ? pointsAt(current.frame.t) : null;
      if (points !== null) {
        context.fillStyle = "rgba(255,255,255,.7)";
        for (let index = 0; index < points.xs.length; index++)
          context.fillRect(toX(points.xs[index]) - 0.8, toY(points.ys[index]) - 0.8, 1.6, 1.6);
      }
      return drawn;
    };

    const paint = panel => {
      const { canvas, name, bar } = panel, width = canvas.parentElement.clientWidth;
      if (width === 0 || current === null) return;
      const height = Math.round(Math.min(1.4 * width, Math.max(0.3 * width, width * (fy[rows] - fy[0]) / (fx[columns] - fx[0]))));
      const toX = x => width * (x - fx[0]) / (fx[columns] - fx[0]), toY = y => height * (1 - (y - fy[0]) / (fy[rows] - fy[0]));
      const { isLog, isFixed, contours, points } = state;
      const key = [width, devicePixelRatio, colour("--ink"), current.frame.level, isLog, isFixed, contours, points].join(" ");
      if (panel.key !== key) {
        panel.layer = layer(name, width, height, toX, toY);
        panel.key = key;
        const scale = scaleOf(name), strip = surface(bar, 256, 10);
        for (let index = 0; index < 256; index++) {
          strip.fillStyle = `rgb(${scale.table.slice(3 * index, 3 * index + 3).join(",")})`;
          strip.fillRect(index, 0, 2, 10);
        }
        panel.low.textContent = number(scale.low, 3);
        panel.high.textContent = number(scale.high, 3) + (scale.isLog ? " (log)" : "");
      }
      canvas.style.aspectRatio = `${width} / ${height}`;
      const context = surface(canvas, width, height);
      context.drawImage(panel.layer, 0, 0, width, height);
      if (chosen !== null) {
        const x = toX(cx[chosen[0]]), y = toY(cy[chosen[1]]);
        context.strokeStyle = "#fff";
        context.lineWidth = 2;
        context.strokeRect(x - 5, y - 5, 10, 10);
        context.strokeStyle = "#000";
        context.lineWidth = 1;
        context.strokeRect(x - 6.5, y - 6.5, 13, 13);
      }
    };

    return {
      show: (values, frame) => {
        current = { values, frame };
        for (const panel of panels) paint(panel);
        if (chosen !== null) {
          const cell = chosen[1] * columns + chosen[0];
          readout.textContent = `x = ${number(cx[chosen[0]])}, y = ${number(cy[chosen[1]])}: `
            + fields.map(field => `${field === "score" ? "|s|" : field} = ${number(values[field][cell], 3)}`).join(", ");
        }
      },
    };
  };

  return { make };
})();
