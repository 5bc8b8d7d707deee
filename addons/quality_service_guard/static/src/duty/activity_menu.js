import { ActivityMenu } from "@mail/core/web/activity_menu";
import { patch } from "@web/core/utils/patch";
import { useService } from "@web/core/utils/hooks";

// The duties that are due first stand in the systray's menu itself: open it, choose, and the decision is before you.
patch(ActivityMenu.prototype, {
    setup() {
        super.setup(...arguments);
        this.orm = useService("orm");
    },

    async openGuardDuty(duty, newWindow) {
        this.dropdown.close();
        const action = await this.orm.call("mail.activity", "action_guard_open", [[duty.id]]);
        return this.action.doAction(action, { newWindow, clearBreadcrumbs: true });
    },
});
