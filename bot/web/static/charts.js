// Charts in the chat, drawn live by Chart.js, which is fetched with the first one. Colours come from the style sheet; words and figures
// come ready from the house; nothing is worked out here.
"use strict";
(() => {
  const still = new Map();  // figure -> its charts
  let library = null;
  const SHARE_OF_LABELS = .34;

  const fetched = (address) => {
    library = library || new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.addEventListener("load", done);
      script.addEventListener("error", () => { library = null; failed(new Error("no library")); });
      document.head.append(script);
    });
    return library;
  };

  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const named = (name) => style.getPropertyValue(name).trim();
    return {
      series: [1, 2, 3, 4, 5].map((number) => named(`--chart-${number}`)), tint: named("--chart-tint"), track: named("--chart-track"),
      ink: named("--ink"), muted: named("--pico-muted-color"), rule: named("--pico-muted-border-color"), surface: named("--surface"),
    };
  };

  const font = (size) => `${size}px ${getComputedStyle(document.body).fontFamily}`;

  const wide = (context, text, size) => { context.font = font(size); return context.measureText(text).width; };

  const wrapped = (context, text, room) => {
    if (wide(context, text, 14) <= room) return text;
    let end = text.length;
    while (end > 1 && wide(context, text.slice(0, end), 14) > room) end -= 1;
    const blank = text.lastIndexOf(" ", end);
    if (blank > end / 3) end = blank;
    const lines = [text.slice(0, end).trim(), text.slice(end).trim()];
    while (lines[1].length > 1 && wide(context, lines[1], 14) > room) lines[1] = `${lines[1].replace("…", "").slice(0, -1).trim()}…`;
    return lines;
  };

  // --- rows: shares, funnels, bars -----------------------------------------------------------------------------------
  const beside = (panel, look) => ({
    id: "beside",
    beforeDatasetsDraw: (chart) => {
      if (panel.kind !== "share") return;
      const { ctx, chartArea: area } = chart;
      ctx.fillStyle = look.track;
      chart.getDatasetMeta(0).data.forEach((bar) => {
        ctx.beginPath();
        ctx.roundRect(area.left, bar.y - bar.height / 2, area.width, bar.height, 4);
        ctx.fill();
      });
    },
    afterDatasetsDraw: (chart) => {
      const { ctx } = chart;
      const atEnd = panel.kind === "bars" && panel.ticks[0][0] >= 0;
      ctx.save();
      ctx.font = font(14);
      ctx.fillStyle = look.ink;
      ctx.textBaseline = "middle";
      ctx.textAlign = atEnd ? "left" : "right";
      chart.getDatasetMeta(0).data.forEach((bar, row) => {
        const end = panel.lines[0].values[row] || panel.kind === "waterfall" ? bar.x : chart.chartArea.left;
        ctx.fillText(panel.lines[0].texts[row], atEnd ? end + 8 : chart.width - 2, bar.y);
      });
      ctx.restore();
    },
  });

  const rows = (canvas, panel, look) => {
    const line = panel.lines[0];
    const context = canvas.getContext("2d");
    const values = line.values.map((value) => value || 0);
    const most = Math.max(...values, 0) || 1;
    const funnel = panel.kind === "funnel";
    const room = Math.max(...line.texts.map((text) => wide(context, text, 14))) + 14;
    const steps = panel.kind === "waterfall" ? line.spans : null;
    const levels = steps ? steps.flat() : values;
    const hue = (value, row) => (steps && (row === 0 || row === steps.length - 1) ? 2 : value < 0 ? 1 : 0);
    const bounds = steps ? [Math.min(0, ...levels), Math.max(0, ...levels) || 1] : funnel ? [-most / 2, most / 2] : [Math.min(0, ...values), panel.kind === "share" ? panel.whole || 1 : most];
    return {
      type: "bar",
      data: {
        labels: panel.labels,
        datasets: [{
          data: steps || (funnel ? values.map((value) => [-value / 2, value / 2]) : values), borderRadius: 4, borderSkipped: false, maxBarThickness: 22,
          minBarLength: 0, backgroundColor: values.map((value, row) => look.series[hue(value, row)]),
        }],
      },
      options: {
        indexAxis: "y",
        layout: { padding: { right: room } },
        scales: {
          x: { display: false, min: bounds[0], max: bounds[1] },
          y: {
            border: { display: false }, grid: { display: false }, afterFit: (axis) => { axis.width = Math.min(axis.width, axis.chart.width * .36); },
            ticks: {
              autoSkip: false, crossAlign: "far", color: look.ink, font: { size: 14 },
              callback(value) { return wrapped(context, panel.labels[value], this.chart.width * SHARE_OF_LABELS); },
            },
          },
        },
        plugins: { tooltip: { callbacks: { label: (item) => line.exact[item.dataIndex] } } },
      },
      plugins: [beside(panel, look)],
    };
  };

  // --- a course of time ----------------------------------------------------------------------------------------------
  const told = (panel, look) => ({
    id: "told",
    afterDatasetsDraw: (chart) => {
      if (panel.lines.length > 1) return;
      const { ctx, chartArea: area } = chart;
      const values = panel.lines[0].values;
      const there = values.flatMap((value, place) => (value === null ? [] : [place]));
      if (!there.length) return;
      const least = (sign) => there.reduce((best, place) => (sign * values[place] < sign * values[best] ? place : best));
      const boxes = [];
      ctx.save();
      ctx.font = font(12.5);
      ctx.fillStyle = look.ink;
      ctx.strokeStyle = look.surface;
      ctx.lineWidth = 4;
      ctx.lineJoin = "round";
      ctx.textBaseline = "bottom";
      [there[there.length - 1], least(-1), least(1)].filter((place) => values[place] !== 0).forEach((place) => {
        const point = chart.getDatasetMeta(0).data[place];
        const text = panel.lines[0].texts[place];
        const width = ctx.measureText(text).width;
        const left = Math.min(Math.max(point.x - width / 2, area.left), chart.width - width - 1);
        const top = Math.max(point.y - 8, 18);
        if (boxes.some(([x, y, w]) => left < x + w + 6 && x < left + width + 6 && Math.abs(top - y) < 18)) return;
        boxes.push([left, top, width]);
        ctx.strokeText(text, left, top);
        ctx.fillText(text, left, top);
      });
      ctx.restore();
    },
  });

  const course = (panel, look) => ({
    type: "line",
    data: {
      labels: panel.axis.map(([upper, lower]) => [upper, lower]),
      datasets: panel.lines.map((line, number) => ({
        label: line.name, data: line.values, borderColor: look.series[number], backgroundColor: panel.lines.length > 1 ? look.series[number] : look.tint,
        borderWidth: 2.5, pointRadius: 3.5, pointHoverRadius: 6, pointBackgroundColor: look.series[number], pointBorderColor: look.surface,
        pointBorderWidth: 1.5, fill: panel.lines.length > 1 ? false : "origin", spanGaps: false,
      })),
    },
    options: {
      interaction: { mode: "index", intersect: false },
      layout: { padding: { top: 18, right: 6 } },
      scales: {
        x: { grid: { display: false }, border: { color: look.muted }, ticks: { color: look.muted, maxRotation: 0, autoSkipPadding: 6 } },
        y: {
          min: panel.ticks[0][0], max: panel.ticks[panel.ticks.length - 1][0], border: { display: false }, grid: { color: look.rule },
          afterBuildTicks: (axis) => { axis.ticks = panel.ticks.map(([value]) => ({ value })); },
          ticks: { color: look.muted, callback: (value, place) => panel.ticks[place][1] },
        },
      },
      plugins: {
        legend: {
          display: panel.lines.length > 1, align: "start",
          labels: { color: look.ink, usePointStyle: true, pointStyle: "rectRounded", boxWidth: 12 },
        },
        tooltip: {
          callbacks: {
            title: (items) => panel.labels[items[0].dataIndex],
            label: (item) => `${panel.lines.length > 1 ? `${item.dataset.label}: ` : ""}${panel.lines[item.datasetIndex].exact[item.dataIndex]}`,
          },
        },
      },
    },
    plugins: [told(panel, look)],
  });

  const rowHeight = (canvas, panel) => {
    const room = canvas.parentElement.clientWidth * SHARE_OF_LABELS;
    return panel.labels.some((label) => wide(canvas.getContext("2d"), label, 14) > room) ? 50 : 38;
  };

  // --- figures as they come ------------------------------------------------------------------------------------------
  const draw = (figure) => {
    const look = colours();
    (still.get(figure) || []).forEach((chart) => chart.destroy());
    const panels = JSON.parse(figure.dataset.plots);
    still.set(figure, [...figure.querySelectorAll("canvas")].map((canvas, number) => {
      const panel = panels[number];
      const trend = panel.kind === "trend";
      canvas.parentElement.classList.add(trend ? "wide" : "listed");
      if (!trend) canvas.parentElement.style.height = `${panel.labels.length * rowHeight(canvas, panel) + 12}px`;
      const wanted = trend ? course(panel, look) : rows(canvas, panel, look);
      const shared = { animation: false, maintainAspectRatio: false, responsive: true, font: { family: getComputedStyle(document.body).fontFamily } };
      wanted.options = { ...shared, ...wanted.options, plugins: { legend: { display: false }, ...wanted.options.plugins } };
      return new window.Chart(canvas, wanted);
    }));
    figure.dataset.drawn = "true";
  };

  const look = () => {
    still.forEach((charts, figure) => {
      if (figure.isConnected) return;
      charts.forEach((chart) => chart.destroy());
      still.delete(figure);
    });
    document.querySelectorAll("figure.chart:not([data-drawn])").forEach((figure) => {
      figure.dataset.drawn = "soon";
      fetched(figure.dataset.vendor).then(() => draw(figure), () => {
        figure.querySelectorAll(".plot").forEach((plot) => plot.remove());
        figure.querySelector("details").open = true;
      });
    });
  };

  const turns = document.getElementById("turns") || document.querySelector(".digest");
  if (!turns) return;
  new MutationObserver(look).observe(turns, { childList: true, subtree: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => [...still.keys()].forEach(draw));
  addEventListener("beforeprint", () => still.forEach((charts) => charts.forEach((chart) => chart.resize())));
  look();
})();
