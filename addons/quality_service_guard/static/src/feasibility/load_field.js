import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getCustomColor } from "@web/core/colors/colors";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";

import { tellNumber } from "./told";

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
// from so many percent on a week is shown as warm, hot and full
const HEAT = [50, 80, 100];

/**
 * How full the work centers of an order are, week by week: what is taken already, what is reserved, and the order's own
 * share, below the line of what there is. All of them together as a table, the fuller a week the warmer; its figures say
 * the same to who does not see colors or the picture.
 */
export class LoadField extends Component {
    static template = "quality_service_guard.LoadField";
    static props = { ...standardFieldProps };

    setup() {
        this.canvas = useRef("canvas");
        this.state = useState({ chosen: null });
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                if (this.canvas.el && this.centre) {
                    const chart = new Chart(this.canvas.el, this.chartConfig);
                    return () => chart.destroy();
                }
            },
            () => [this.canvas.el, this.load, this.centre]
        );
    }

    get load() {
        return this.props.record.data[this.props.name] || {};
    }

    /** The busiest work center first. */
    get centres() {
        const share = (centre) => sum(this.taken(centre)) / (sum(centre.capacity) || 1);
        return [...(this.load.centres || [])].sort((one, other) => share(other) - share(one));
    }

    /** Hours of each week that are gone, those of this order included. */
    taken(centre) {
        return centre.load.map((hours, week) => hours + centre.reserved[week] + centre.own[week]);
    }

    get centre() {
        return this.centres.find((centre) => centre.id === this.state.chosen) || this.centres[0];
    }

    get weeks() {
        return (this.load.weeks || []).map((week) => {
            const monday = deserializeDate(week);
            return { monday, label: monday.toLocaleString({ month: "short", day: "numeric" }) };
        });
    }

    get description() {
        return _t("Load of %(center)s by week, in hours", { center: this.centre.name });
    }

    /** What a cell of the table says: percent of the capacity that is taken, and the order's own hours. */
    cell(centre, week) {
        const capacity = centre.capacity[week];
        if (!capacity) {
            return { closed: true, heat: 0 };
        }
        const percent = Math.round((100 * this.taken(centre)[week]) / capacity);
        return {
            percent,
            own: centre.own[week] && _t("%(hours)s h", { hours: tellNumber(centre.own[week], 1) }),
            heat: HEAT.filter((bound) => percent >= bound).length,
            full: percent >= HEAT.at(-1),
        };
    }

    choose(ev) {
        this.state.chosen = Number(ev.target.value);
    }

    get chartConfig() {
        const scheme = cookie.get("color_scheme");
        const color = (bright, dark) => getCustomColor(scheme, bright, dark);
        const text = color("#374151", "#E4E4E4");
        const bar = (label, data, backgroundColor) => ({ label, data, backgroundColor, stack: "taken", order: 1, pointStyle: "rect" });
        return {
            type: "bar",
            data: {
                labels: this.weeks.map((week) => week.label),
                datasets: [
                    bar(_t("Taken by other work"), this.centre.load, color("#9CA3AF", "#6B7280")),
                    bar(_t("Reserved for other orders"), this.centre.reserved, color("#E0A526", "#C48A1A")),
                    bar(_t("This order"), this.centre.own, color("#714B67", "#B58BA9")),
                    {
                        type: "line",
                        label: _t("Capacity"),
                        data: this.centre.capacity,
                        order: 0,
                        stepped: "middle",
                        borderColor: text,
                        borderWidth: 2,
                        pointRadius: 0,
                        pointStyle: "line",
                        pointHitRadius: 8,
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                plugins: {
                    legend: { position: "bottom", labels: { color: text, usePointStyle: true } },
                    tooltip: {
                        callbacks: {
                            label: ({ dataset, parsed }) =>
                                _t("%(name)s: %(hours)s h", { name: dataset.label, hours: tellNumber(parsed.y) }),
                        },
                    },
                },
                scales: {
                    x: { stacked: true, grid: { display: false }, ticks: { color: text, maxRotation: 0, autoSkip: true } },
                    y: {
                        stacked: true,
                        beginAtZero: true,
                        grace: "5%",
                        grid: { color: color("#E5E7EB", "#3C3E4B") },
                        ticks: { color: text, maxTicksLimit: 6 },
                        title: { display: true, text: _t("Hours"), color: text },
                    },
                },
            },
        };
    }
}

registry.category("fields").add("guard_load", {
    component: LoadField,
    displayName: _t("Load of Work Centers"),
    supportedTypes: ["json"],
});
