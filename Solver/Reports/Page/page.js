// Puts the parts in their places and makes the tables sort.
for (const host of document.querySelectorAll(".drawn")) {
  const part = Page.data[Number(host.dataset.part)];
  ({ curves: Curves, paths: Paths, frames: Frames })[part.kind].make(host, part);
}

for (const table of document.querySelectorAll("table.sorts")) {
  const body = table.tBodies[0], rows = [...body.rows];
  const value = (row, column) => {
    const text = row.cells[column].textContent.trim(), found = /^(?:[<>]=? |min )?([-+]?(?:\d[\d ]*\.?\d*|\.\d+)(?:e[-+]?\d+)?)/i.exec(text);
    return text === "∞" ? Infinity : text === "-∞" ? -Infinity : found ? Number(found[1].replaceAll(" ", "")) : text;
  };
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const values = rows.map(row => value(row, column));
    const isNumber = values.some(one => typeof one === "number") && values.every((one, row) =>
      typeof one === "number" || ["-", "–", ""].includes(rows[row].cells[column].textContent.trim()));
    if (isNumber) for (const cell of [head, ...rows.map(row => row.cells[column])]) cell.classList.add("number");
    for (const row of rows) if (row.cells[column].textContent === "violated") row.cells[column].classList.add("bad-cell");
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const isRising = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", isRising ? "ascending" : "descending");
      const missing = one => isNumber && typeof one !== "number";
      const sorted = rows.map((row, place) => ({ row, place, key: values[place] })).sort((a, b) => {
        // What has no number stays at the end.
        if (missing(a.key) || missing(b.key)) return missing(a.key) - missing(b.key) || a.place - b.place;
        const order = isNumber ? a.key - b.key : String(a.key).localeCompare(String(b.key));
        return (isRising ? order : -order) || a.place - b.place;
      });
      body.append(...sorted.map(one => one.row));
    });
  });
}

// A link to a monitor opens its fold.
const unfold = () => {
  const fold = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  if (fold instanceof HTMLDetailsElement) fold.open = true;
};
addEventListener("hashchange", unfold);
unfold();
document.documentElement.dataset.ready = "true";
