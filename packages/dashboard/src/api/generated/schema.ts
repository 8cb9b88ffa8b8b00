// Generated from /api/openapi.json. Do not edit: run `npm run api-types` after a change to the API.

export interface paths {
    readonly "/api/alert-states": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** States of alerts and budgets: the users, groups, … for which they fire, or have fired in the current period. Those that fire come first. */
        readonly get: operations["listAlertStates"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/alerting": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Adds, changes and removes alerts, budgets and channels to match the body; see userspan apply */
        readonly put: operations["applyAlerting"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/alerts": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Alert rules */
        readonly get: operations["listAlerts"];
        readonly put?: never;
        /** Adds an alert rule. Each user, group, model, service or tag has a state of its own. */
        readonly post: operations["addAlert"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/alerts/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Adds or replaces the alert rule with this id */
        readonly put: operations["changeAlert"];
        readonly post?: never;
        /** Removes an alert rule and its states */
        readonly delete: operations["removeAlert"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/budgets": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Budgets of users and groups */
        readonly get: operations["listBudgets"];
        /** Adds a budget, or changes the one with this id or of the same target */
        readonly put: operations["putBudget"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/budgets/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Removes a budget */
        readonly delete: operations["removeBudget"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/budgets/{id}/spenders": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** All users or groups that spent from a budget in the current period, the largest spend first, from memory */
        readonly get: operations["listBudgetSpenders"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/budgets/standing": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The users or groups with the largest spend of every budget in the current period, from memory */
        readonly get: operations["listBudgetStandings"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/calls": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Calls of all users, newest first */
        readonly get: operations["listCalls"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/calls/{traceId}/{spanId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One call with its attributes, the arithmetic of its cost, and its trace */
        readonly get: operations["readCall"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/channels": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Channels, without their secrets */
        readonly get: operations["listChannels"];
        readonly put?: never;
        /** Adds a channel. Only this answer contains the signing secret of a webhook. */
        readonly post: operations["addChannel"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/channels/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Changes a channel and enables it again. Omitted secrets are kept. */
        readonly put: operations["changeChannel"];
        readonly post?: never;
        /** Removes a channel, its secrets and its queued messages */
        readonly delete: operations["removeChannel"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/channels/{id}/secrets": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Adds a signing secret. Messages carry signatures of the newest three secrets until old ones are removed. */
        readonly post: operations["rotateChannelSecret"];
        /** Removes all signing secrets except the newest, to finish a rotation */
        readonly delete: operations["removeOldChannelSecrets"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/channels/{id}/test": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Sends a test message and returns the receiver’s answer */
        readonly post: operations["testChannel"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/collector": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Version and settings of the collector, and the project of the token */
        readonly get: operations["readCollector"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/deliveries": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** History of alert messages, newest first, with the receivers’ answers or the reason why a message was not sent */
        readonly get: operations["listDeliveries"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/distribution": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Distribution of cost over users: the share of the users with the largest cost, and a histogram */
        readonly get: operations["readDistribution"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** New calls and the figures of the day, as server-sent events */
        readonly get: operations["watch"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/explain": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Why the cost of the last days, until now, differs from that of the same length of time before: calls, tokens per call and price, by model */
        readonly get: operations["explainChange"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/exporters": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Billing systems that receive usage, without their keys */
        readonly get: operations["listExporters"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/exporters/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Adds or changes a billing system. Its key is never shown again. */
        readonly put: operations["putExporter"];
        readonly post?: never;
        /** Removes a billing system and its key; records of sent events are kept */
        readonly delete: operations["removeExporter"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/exporters/{id}/reconcile": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Usage, owed amount, sent amount and their exact difference */
        readonly get: operations["reconcileExporter"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/exporters/{id}/run": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Sends the amounts that are owed now; a dry run returns them without sending */
        readonly post: operations["runExporter"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/exporters/{id}/uncertain": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Lists events of which it is unknown whether the billing system has them; with `as`, marks them as sent or sends them again */
        readonly post: operations["decideUncertainEvents"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/facets": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Values of filters, the most frequent first */
        readonly get: operations["readFacets"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/feedback": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Feedback on messages, runs and threads, the newest first */
        readonly get: operations["listFeedback"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/forecast": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Forecast of this month (UTC) for the project, a user or a group, with its method */
        readonly get: operations["readForecast"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/groups": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Groups of users with their usage */
        readonly get: operations["listGroups"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/groups/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A group; 404 if no user of the project is in it */
        readonly get: operations["readGroup"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/groups/{id}/budget": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** State of the budgets of a group, from memory; a few seconds old */
        readonly get: operations["readGroupBudget"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/margin": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Revenue minus cost of each user or group in a month (UTC), the largest loss first */
        readonly get: operations["readMargin"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/meter/export": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Usage by customer, day and model as CSV, NDJSON, or CSV in the FOCUS 1.2 format */
        readonly get: operations["exportMeter"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/models": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Models with their usage */
        readonly get: operations["listModels"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/movers": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Users whose cost changed most since the previous range, each with the largest cause */
        readonly get: operations["listMovers"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/openapi.json": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** This document */
        readonly get: operations["readOpenApi"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/own/budget": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Budgets of the token’s user or group. Budgets of a user’s group are not included. */
        readonly get: operations["readOwnBudget"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/own/page": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Usage and budgets as a page without scripts, for a frame in the app */
        readonly get: operations["readOwnPage"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/own/usage": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Usage of the token’s user or group in this month (UTC) */
        readonly get: operations["readOwnUsage"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/prices": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Own prices of the project, calls without a cost, and the price feed; with `model`, the price of the model at a time */
        readonly get: operations["listPrices"];
        readonly put?: never;
        /** Adds a price. It applies to new calls at once, and to stored calls after a repricing. */
        readonly post: operations["addPrice"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/prices/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Removes a price. Calls that it priced keep their cost. */
        readonly delete: operations["removePrice"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/prices/models": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Finds models with a price by words of their provider and name */
        readonly get: operations["findModels"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/reprice": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Recalculates the cost of calls with the current prices; a dry run only reports what would change */
        readonly post: operations["reprice"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/revenue": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Sets the revenue of users or groups in a month. The same customer, month and source replaces the earlier amount. */
        readonly put: operations["putRevenue"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/revenue/csv": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Sets revenue from CSV with the columns user or group, month, usd. Lines of the same customer are added. */
        readonly post: operations["uploadRevenue"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/revenue/property": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Sets the user property that contains the monthly revenue of a user or its group in US dollars */
        readonly put: operations["putRevenueProperty"];
        readonly post?: never;
        /** Stops using a property as revenue */
        readonly delete: operations["removeRevenueProperty"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/revenue/sources": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Revenue sources other than uploads, without keys */
        readonly get: operations["readRevenueSources"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/revenue/stripe": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Imports paid invoices of Stripe every six hours and on request. The key is never shown again. */
        readonly put: operations["putRevenueStripe"];
        readonly post?: never;
        /** Stops importing invoices and removes the key. Imported amounts are kept. */
        readonly delete: operations["removeRevenueStripe"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/revenue/stripe/import": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Imports the invoices of a month now, and lists those that belong to no customer */
        readonly post: operations["importRevenueStripe"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/rollups/differences": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Compares all sums with their calls, and users with their spans, and returns the differences. Reads all data. */
        readonly get: operations["readDifferences"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/rollups/repair": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Corrects sums that differ from their calls, and lists users whom spans name */
        readonly post: operations["repairRollups"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/sample": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Adds sample data: users whose ids begin with sample-, their revenue, a conversation with failures, and an alert that fires */
        readonly post: operations["addSample"];
        /** Removes all sample data and nothing else */
        readonly delete: operations["removeSample"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/search": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Finds users, groups, features, models, threads and calls by part of a name or by an id */
        readonly get: operations["search"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/services": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Services with their usage */
        readonly get: operations["listServices"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/silences": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Silences, and muted users and groups */
        readonly get: operations["listSilences"];
        readonly put?: never;
        /** Silences all alerts, one rule, one user or one group; alerts that are still active when the silence ends are sent then */
        readonly post: operations["addSilence"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/silences/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Ends a silence */
        readonly delete: operations["removeSilence"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/summary": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Usage of the project, its coverage, and the previous range */
        readonly get: operations["readSummary"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/system-services": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** System services: their calls without a user count as system calls */
        readonly get: operations["listSystemServices"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/system-services/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Makes a service a system service: its past and future calls without a user count as system calls */
        readonly put: operations["addSystemService"];
        readonly post?: never;
        /** Undoes this: calls of the service without a user are unattributed again */
        readonly delete: operations["removeSystemService"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/tags": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Tags with their usage. A call with several tags counts for each of them. */
        readonly get: operations["listTags"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/tags/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A tag (feature); 404 if no call of the project has it */
        readonly get: operations["readTag"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/threads": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Conversations */
        readonly get: operations["listThreads"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/threads/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One conversation: its calls, oldest first, and the runs they belong to */
        readonly get: operations["readThread"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/threads/{id}/neighbors": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The previous and the next thread in a list */
        readonly get: operations["readThreadNeighbors"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/to-date": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Cost of this month and this quarter so far, and their projected cost, with any filter */
        readonly get: operations["readToDate"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/traces/{traceId}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A page of a trace: its spans in the order of their start, and its calls */
        readonly get: operations["readTrace"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/usage": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Usage of the project over time */
        readonly get: operations["readUsage"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/usage-keys": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Keys with which backends sign usage tokens, without their secrets */
        readonly get: operations["listUsageKeys"];
        readonly put?: never;
        /** Creates a key. Only this answer contains it. */
        readonly post: operations["addUsageKey"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/usage-keys/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Removes a key and revokes its tokens */
        readonly delete: operations["removeUsageKey"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/users": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Users with their usage and cost */
        readonly get: operations["listUsers"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/users/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One user with profile and usage */
        readonly get: operations["readUser"];
        readonly put?: never;
        readonly post?: never;
        /** Erases a user with all aliases and data. Data of the user that arrives late is dropped. */
        readonly delete: operations["eraseUser"];
        readonly options?: never;
        readonly head?: never;
        /** Sets properties of a user; null removes one */
        readonly patch: operations["changeUser"];
        readonly trace?: never;
    };
    readonly "/api/users/{id}/alias": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Makes an id an alias: its past and future calls count for another user */
        readonly post: operations["addAlias"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/users/{id}/budget": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** State of the budgets of a user, from memory; a few seconds old */
        readonly get: operations["readUserBudget"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/users/{id}/calls": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Calls of a user, the newest first */
        readonly get: operations["listUserCalls"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/users/{id}/export": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** All data about a user, one JSON object per line */
        readonly get: operations["exportUser"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/users/{id}/neighbors": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The previous and the next user in a list */
        readonly get: operations["readNeighbors"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/users/{id}/threads": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Conversations of a user */
        readonly get: operations["listUserThreads"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/users/{id}/unalias": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Removes an alias */
        readonly post: operations["removeAlias"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/users/{id}/usage": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Usage of a user over time */
        readonly get: operations["readUserUsage"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly Problem: {
            readonly detail: string;
            readonly status: number;
            readonly title: string;
            readonly type: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly listAlertStates: {
        readonly parameters: {
            readonly query?: {
                /** @description true: only states that fire now; false: only the others. */
                readonly active?: boolean;
                /** @description `nextCursor` of the previous page. */
                readonly cursor?: string;
                readonly limit?: number;
                /** @description Only states of users, groups… */
                readonly of?: "project" | "user" | "group" | "model" | "service" | "tag";
                /** @description Only states of this rule. */
                readonly rule?: string;
                /** @description Only states of the user, group… with this id. */
                readonly subject?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description Number of states that fire now. */
                        readonly active: number;
                        readonly byRule: readonly {
                            readonly active: number;
                            readonly ended: number;
                            readonly rule: string;
                        }[];
                        readonly data: readonly {
                            readonly isActive: boolean;
                            /** Format: date-time */
                            readonly lastTold: string | null;
                            readonly of: string;
                            readonly rule: string;
                            readonly severity: string | null;
                            /** Format: date-time */
                            readonly since: string;
                            readonly subject: string;
                            /** @description Name of the user. */
                            readonly subjectName: string | null;
                            readonly threshold: string | null;
                            /** @description The figure of the last message, an exact decimal. */
                            readonly value: string;
                        }[];
                        readonly nextCursor: string | null;
                        /** @description Total number of states. */
                        readonly total: number;
                    };
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly applyAlerting: {
        readonly parameters: {
            readonly query?: {
                readonly dryRun?: boolean;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly alerts?: readonly {
                        readonly channels?: readonly string[];
                        /** @description Thresholds are factors of the figure in the previous window. */
                        readonly comparedToBefore?: boolean;
                        /** @enum {unknown} */
                        readonly direction?: "above" | "below";
                        readonly enabled?: boolean;
                        readonly filter?: {
                            readonly group?: readonly string[];
                            readonly model?: readonly string[];
                            readonly operation?: readonly string[];
                            readonly props?: {
                                readonly [key: string]: readonly string[];
                            };
                            readonly provider?: readonly string[];
                            readonly service?: readonly string[];
                            readonly tag?: readonly string[];
                            readonly user?: readonly string[];
                        };
                        readonly id?: string;
                        /** @enum {unknown} */
                        readonly measure?: "cost" | "calls" | "tokens" | "errors" | "errorRate" | "latencyP95" | "unpriced" | "coverage";
                        readonly minimumCalls?: number;
                        readonly name?: string;
                        /** @enum {unknown} */
                        readonly noData?: "zero" | "keep" | "alert";
                        /**
                         * @description The project, or each user, group, … with a state of its own.
                         * @enum {unknown}
                         */
                        readonly of?: "project" | "user" | "group" | "model" | "service" | "tag";
                        /** @description Compares the figure that the day, week or month will reach at its current pace. Default false. */
                        readonly projected?: boolean;
                        readonly renotifySeconds?: number;
                        readonly thresholds?: readonly {
                            /** @enum {unknown} */
                            readonly severity: "info" | "warning" | "critical";
                            readonly value: string;
                        }[];
                        readonly timeZone?: string;
                        /** @description A rolling window of 5m to 31d; or day, week or month of the time zone. */
                        readonly window?: string;
                    }[];
                    readonly budgets?: readonly {
                        readonly channels?: readonly string[];
                        /** @description one group; or */
                        readonly group?: string;
                        /** @description Derived from the target if omitted. */
                        readonly id?: string;
                        /**
                         * @description each user or each group; or
                         * @enum {unknown}
                         */
                        readonly of?: "user" | "group";
                        /** @enum {unknown} */
                        readonly period?: "day" | "week" | "month";
                        /** @description Also sends a message when the amount is expected to be used up before the period ends. Default false. */
                        readonly projected?: boolean;
                        /** @description each user with these properties, such as { "plan": ["pro"] }. */
                        readonly props?: {
                            readonly [key: string]: readonly string[];
                        };
                        /** @description Percent; default 50, 80, 100. */
                        readonly thresholds?: readonly number[];
                        readonly timeZone?: string;
                        readonly usd?: string | number;
                        /** @description One user; or */
                        readonly user?: string;
                    }[];
                    readonly channels?: readonly {
                        /** @description { "at": "09:00", "timeZone": "Europe/Berlin" } */
                        readonly digest?: Record<string, never> | null;
                        readonly enabled?: boolean;
                        readonly from?: string;
                        readonly name?: string;
                        /** @description PagerDuty. Never shown again. */
                        readonly routingKey?: string;
                        /** @description whsec_…; generated if omitted. Never shown again. */
                        readonly secret?: string;
                        /** @description smtp://user:password@host:587 or smtps://. Never shown again. */
                        readonly smtp?: string;
                        readonly to?: readonly string[];
                        /** @enum {unknown} */
                        readonly type?: "webhook" | "slack" | "discord" | "teams" | "pagerduty" | "email";
                        /** @description Webhook, Slack, Discord, Teams. Never shown again. */
                        readonly url?: string;
                    }[];
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly changes: readonly {
                            /** @enum {unknown} */
                            readonly action: "add" | "change" | "remove";
                            /** @description The differences as JSON, without secrets. */
                            readonly fields: readonly {
                                readonly after: string | null;
                                readonly before: string | null;
                                readonly field: string;
                            }[];
                            readonly id: string;
                            /** @enum {unknown} */
                            readonly kind: "channel" | "alert" | "budget";
                            /** @description Newly generated signing secret. Shown only once. */
                            readonly secret?: string;
                        }[];
                        readonly dryRun: boolean;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listAlerts: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            readonly channels: readonly string[];
                            /** @description Thresholds are factors of the figure in the previous window. */
                            readonly comparedToBefore: boolean;
                            /** @enum {unknown} */
                            readonly direction: "above" | "below";
                            readonly enabled: boolean;
                            readonly filter: {
                                readonly group?: readonly string[];
                                readonly model?: readonly string[];
                                readonly operation?: readonly string[];
                                readonly props?: {
                                    readonly [key: string]: readonly string[];
                                };
                                readonly provider?: readonly string[];
                                readonly service?: readonly string[];
                                readonly tag?: readonly string[];
                                readonly user?: readonly string[];
                            };
                            readonly id: string;
                            /** @enum {unknown} */
                            readonly measure: "cost" | "calls" | "tokens" | "errors" | "errorRate" | "latencyP95" | "unpriced" | "coverage";
                            readonly minimumCalls: number;
                            readonly name: string;
                            /** @enum {unknown} */
                            readonly noData: "zero" | "keep" | "alert";
                            /**
                             * @description The project, or each user, group, … with a state of its own.
                             * @enum {unknown}
                             */
                            readonly of: "project" | "user" | "group" | "model" | "service" | "tag";
                            /** @description Compares the figure that the day, week or month will reach at its current pace. Default false. */
                            readonly projected?: boolean;
                            readonly renotifySeconds?: number;
                            readonly thresholds: readonly {
                                /** @enum {unknown} */
                                readonly severity: "info" | "warning" | "critical";
                                readonly value: string;
                            }[];
                            readonly timeZone: string;
                            /** @description A rolling window of 5m to 31d; or day, week or month of the time zone. */
                            readonly window: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly addAlert: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly channels?: readonly string[];
                    /** @description Thresholds are factors of the figure in the previous window. */
                    readonly comparedToBefore?: boolean;
                    /** @enum {unknown} */
                    readonly direction?: "above" | "below";
                    readonly enabled?: boolean;
                    readonly filter?: {
                        readonly group?: readonly string[];
                        readonly model?: readonly string[];
                        readonly operation?: readonly string[];
                        readonly props?: {
                            readonly [key: string]: readonly string[];
                        };
                        readonly provider?: readonly string[];
                        readonly service?: readonly string[];
                        readonly tag?: readonly string[];
                        readonly user?: readonly string[];
                    };
                    readonly id?: string;
                    /** @enum {unknown} */
                    readonly measure?: "cost" | "calls" | "tokens" | "errors" | "errorRate" | "latencyP95" | "unpriced" | "coverage";
                    readonly minimumCalls?: number;
                    readonly name?: string;
                    /** @enum {unknown} */
                    readonly noData?: "zero" | "keep" | "alert";
                    /**
                     * @description The project, or each user, group, … with a state of its own.
                     * @enum {unknown}
                     */
                    readonly of?: "project" | "user" | "group" | "model" | "service" | "tag";
                    /** @description Compares the figure that the day, week or month will reach at its current pace. Default false. */
                    readonly projected?: boolean;
                    readonly renotifySeconds?: number;
                    readonly thresholds?: readonly {
                        /** @enum {unknown} */
                        readonly severity: "info" | "warning" | "critical";
                        readonly value: string;
                    }[];
                    readonly timeZone?: string;
                    /** @description A rolling window of 5m to 31d; or day, week or month of the time zone. */
                    readonly window?: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly channels: readonly string[];
                        /** @description Thresholds are factors of the figure in the previous window. */
                        readonly comparedToBefore: boolean;
                        /** @enum {unknown} */
                        readonly direction: "above" | "below";
                        readonly enabled: boolean;
                        readonly filter: {
                            readonly group?: readonly string[];
                            readonly model?: readonly string[];
                            readonly operation?: readonly string[];
                            readonly props?: {
                                readonly [key: string]: readonly string[];
                            };
                            readonly provider?: readonly string[];
                            readonly service?: readonly string[];
                            readonly tag?: readonly string[];
                            readonly user?: readonly string[];
                        };
                        readonly id: string;
                        /** @enum {unknown} */
                        readonly measure: "cost" | "calls" | "tokens" | "errors" | "errorRate" | "latencyP95" | "unpriced" | "coverage";
                        readonly minimumCalls: number;
                        readonly name: string;
                        /** @enum {unknown} */
                        readonly noData: "zero" | "keep" | "alert";
                        /**
                         * @description The project, or each user, group, … with a state of its own.
                         * @enum {unknown}
                         */
                        readonly of: "project" | "user" | "group" | "model" | "service" | "tag";
                        /** @description Compares the figure that the day, week or month will reach at its current pace. Default false. */
                        readonly projected?: boolean;
                        readonly renotifySeconds?: number;
                        readonly thresholds: readonly {
                            /** @enum {unknown} */
                            readonly severity: "info" | "warning" | "critical";
                            readonly value: string;
                        }[];
                        readonly timeZone: string;
                        /** @description A rolling window of 5m to 31d; or day, week or month of the time zone. */
                        readonly window: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly changeAlert: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly channels?: readonly string[];
                    /** @description Thresholds are factors of the figure in the previous window. */
                    readonly comparedToBefore?: boolean;
                    /** @enum {unknown} */
                    readonly direction?: "above" | "below";
                    readonly enabled?: boolean;
                    readonly filter?: {
                        readonly group?: readonly string[];
                        readonly model?: readonly string[];
                        readonly operation?: readonly string[];
                        readonly props?: {
                            readonly [key: string]: readonly string[];
                        };
                        readonly provider?: readonly string[];
                        readonly service?: readonly string[];
                        readonly tag?: readonly string[];
                        readonly user?: readonly string[];
                    };
                    readonly id?: string;
                    /** @enum {unknown} */
                    readonly measure?: "cost" | "calls" | "tokens" | "errors" | "errorRate" | "latencyP95" | "unpriced" | "coverage";
                    readonly minimumCalls?: number;
                    readonly name?: string;
                    /** @enum {unknown} */
                    readonly noData?: "zero" | "keep" | "alert";
                    /**
                     * @description The project, or each user, group, … with a state of its own.
                     * @enum {unknown}
                     */
                    readonly of?: "project" | "user" | "group" | "model" | "service" | "tag";
                    /** @description Compares the figure that the day, week or month will reach at its current pace. Default false. */
                    readonly projected?: boolean;
                    readonly renotifySeconds?: number;
                    readonly thresholds?: readonly {
                        /** @enum {unknown} */
                        readonly severity: "info" | "warning" | "critical";
                        readonly value: string;
                    }[];
                    readonly timeZone?: string;
                    /** @description A rolling window of 5m to 31d; or day, week or month of the time zone. */
                    readonly window?: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly channels: readonly string[];
                        /** @description Thresholds are factors of the figure in the previous window. */
                        readonly comparedToBefore: boolean;
                        /** @enum {unknown} */
                        readonly direction: "above" | "below";
                        readonly enabled: boolean;
                        readonly filter: {
                            readonly group?: readonly string[];
                            readonly model?: readonly string[];
                            readonly operation?: readonly string[];
                            readonly props?: {
                                readonly [key: string]: readonly string[];
                            };
                            readonly provider?: readonly string[];
                            readonly service?: readonly string[];
                            readonly tag?: readonly string[];
                            readonly user?: readonly string[];
                        };
                        readonly id: string;
                        /** @enum {unknown} */
                        readonly measure: "cost" | "calls" | "tokens" | "errors" | "errorRate" | "latencyP95" | "unpriced" | "coverage";
                        readonly minimumCalls: number;
                        readonly name: string;
                        /** @enum {unknown} */
                        readonly noData: "zero" | "keep" | "alert";
                        /**
                         * @description The project, or each user, group, … with a state of its own.
                         * @enum {unknown}
                         */
                        readonly of: "project" | "user" | "group" | "model" | "service" | "tag";
                        /** @description Compares the figure that the day, week or month will reach at its current pace. Default false. */
                        readonly projected?: boolean;
                        readonly renotifySeconds?: number;
                        readonly thresholds: readonly {
                            /** @enum {unknown} */
                            readonly severity: "info" | "warning" | "critical";
                            readonly value: string;
                        }[];
                        readonly timeZone: string;
                        /** @description A rolling window of 5m to 31d; or day, week or month of the time zone. */
                        readonly window: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly removeAlert: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly channels: readonly string[];
                        /** @description Thresholds are factors of the figure in the previous window. */
                        readonly comparedToBefore: boolean;
                        /** @enum {unknown} */
                        readonly direction: "above" | "below";
                        readonly enabled: boolean;
                        readonly filter: {
                            readonly group?: readonly string[];
                            readonly model?: readonly string[];
                            readonly operation?: readonly string[];
                            readonly props?: {
                                readonly [key: string]: readonly string[];
                            };
                            readonly provider?: readonly string[];
                            readonly service?: readonly string[];
                            readonly tag?: readonly string[];
                            readonly user?: readonly string[];
                        };
                        readonly id: string;
                        /** @enum {unknown} */
                        readonly measure: "cost" | "calls" | "tokens" | "errors" | "errorRate" | "latencyP95" | "unpriced" | "coverage";
                        readonly minimumCalls: number;
                        readonly name: string;
                        /** @enum {unknown} */
                        readonly noData: "zero" | "keep" | "alert";
                        /**
                         * @description The project, or each user, group, … with a state of its own.
                         * @enum {unknown}
                         */
                        readonly of: "project" | "user" | "group" | "model" | "service" | "tag";
                        /** @description Compares the figure that the day, week or month will reach at its current pace. Default false. */
                        readonly projected?: boolean;
                        readonly renotifySeconds?: number;
                        readonly thresholds: readonly {
                            /** @enum {unknown} */
                            readonly severity: "info" | "warning" | "critical";
                            readonly value: string;
                        }[];
                        readonly timeZone: string;
                        /** @description A rolling window of 5m to 31d; or day, week or month of the time zone. */
                        readonly window: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listBudgets: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            readonly channels: readonly string[];
                            readonly group?: string;
                            readonly id: string;
                            readonly name: string;
                            /** @enum {unknown} */
                            readonly of?: "user" | "group";
                            /** @enum {unknown} */
                            readonly period: "day" | "week" | "month";
                            /** @description Also sends a message when the amount is expected to be used up before the period ends. Default false. */
                            readonly projected?: boolean;
                            readonly props?: {
                                readonly [key: string]: readonly string[];
                            };
                            readonly thresholds: readonly number[];
                            readonly timeZone: string;
                            /** @description Exact decimal of US dollars. */
                            readonly usd: string;
                            readonly user?: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly putBudget: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly channels?: readonly string[];
                    /** @description one group; or */
                    readonly group?: string;
                    /** @description Derived from the target if omitted. */
                    readonly id?: string;
                    /**
                     * @description each user or each group; or
                     * @enum {unknown}
                     */
                    readonly of?: "user" | "group";
                    /** @enum {unknown} */
                    readonly period?: "day" | "week" | "month";
                    /** @description Also sends a message when the amount is expected to be used up before the period ends. Default false. */
                    readonly projected?: boolean;
                    /** @description each user with these properties, such as { "plan": ["pro"] }. */
                    readonly props?: {
                        readonly [key: string]: readonly string[];
                    };
                    /** @description Percent; default 50, 80, 100. */
                    readonly thresholds?: readonly number[];
                    readonly timeZone?: string;
                    readonly usd?: string | number;
                    /** @description One user; or */
                    readonly user?: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly channels: readonly string[];
                        readonly group?: string;
                        readonly id: string;
                        readonly name: string;
                        /** @enum {unknown} */
                        readonly of?: "user" | "group";
                        /** @enum {unknown} */
                        readonly period: "day" | "week" | "month";
                        /** @description Also sends a message when the amount is expected to be used up before the period ends. Default false. */
                        readonly projected?: boolean;
                        readonly props?: {
                            readonly [key: string]: readonly string[];
                        };
                        readonly thresholds: readonly number[];
                        readonly timeZone: string;
                        /** @description Exact decimal of US dollars. */
                        readonly usd: string;
                        readonly user?: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly removeBudget: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly channels: readonly string[];
                        readonly group?: string;
                        readonly id: string;
                        readonly name: string;
                        /** @enum {unknown} */
                        readonly of?: "user" | "group";
                        /** @enum {unknown} */
                        readonly period: "day" | "week" | "month";
                        /** @description Also sends a message when the amount is expected to be used up before the period ends. Default false. */
                        readonly projected?: boolean;
                        readonly props?: {
                            readonly [key: string]: readonly string[];
                        };
                        readonly thresholds: readonly number[];
                        readonly timeZone: string;
                        /** @description Exact decimal of US dollars. */
                        readonly usd: string;
                        readonly user?: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listBudgetSpenders: {
        readonly parameters: {
            readonly query?: {
                /** @description `nextCursor` of the previous page. */
                readonly cursor?: string;
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            readonly budget: string;
                            /**
                             * Format: date-time
                             * @description When the budget will be used up at the current pace; null if not in this period.
                             */
                            readonly exhaustedAt: string | null;
                            /** Format: date-time */
                            readonly from: string;
                            readonly id: string;
                            readonly isExceeded: boolean;
                            /** @description Negative if the budget is exceeded. */
                            readonly left: string;
                            readonly name: string;
                            /** @enum {unknown} */
                            readonly of: "user" | "group";
                            readonly percent: number;
                            readonly period: string;
                            readonly spent: string;
                            /** @description Name of the user. */
                            readonly subjectName: string | null;
                            readonly timeZone: string;
                            /** Format: date-time */
                            readonly to: string;
                            /** @description Calls of the period without a price. If there are any, `spent` is a lower bound. */
                            readonly unpricedCalls: number;
                            readonly usd: string;
                        }[];
                        readonly nextCursor: string | null;
                    };
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listBudgetStandings: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            readonly budget: string;
                            readonly data: readonly {
                                readonly budget: string;
                                /**
                                 * Format: date-time
                                 * @description When the budget will be used up at the current pace; null if not in this period.
                                 */
                                readonly exhaustedAt: string | null;
                                /** Format: date-time */
                                readonly from: string;
                                readonly id: string;
                                readonly isExceeded: boolean;
                                /** @description Negative if the budget is exceeded. */
                                readonly left: string;
                                readonly name: string;
                                /** @enum {unknown} */
                                readonly of: "user" | "group";
                                readonly percent: number;
                                readonly period: string;
                                readonly spent: string;
                                /** @description Name of the user. */
                                readonly subjectName: string | null;
                                readonly timeZone: string;
                                /** Format: date-time */
                                readonly to: string;
                                /** @description Calls of the period without a price. If there are any, `spent` is a lower bound. */
                                readonly unpricedCalls: number;
                                readonly usd: string;
                            }[];
                            /** @description Number of those that have used up the budget. */
                            readonly exceeded: number;
                            /** @description Users or groups with any spend in the period. */
                            readonly spenders: number;
                            /** @description Total spend, an exact decimal of US dollars. */
                            readonly spent: string;
                            /** @description Calls without a price, which `spent` excludes. */
                            readonly unpricedCalls: number;
                        }[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listCalls: {
        readonly parameters: {
            readonly query?: {
                /** @description true: only calls with a user; false: only calls without a user, except calls of system services that `service` does not name. */
                readonly attributed?: boolean;
                /** @description `nextCursor` of the previous page. */
                readonly cursor?: string;
                /** @description true: only failed calls; false: only the others. */
                readonly errors?: boolean;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                readonly limit?: number;
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                readonly thread?: string;
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
                /** @description true: only calls without a price; false: only the others. */
                readonly unpriced?: boolean;
                readonly user?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            /**
                             * @description The rule by which the user was found.
                             * @enum {unknown}
                             */
                            readonly attributedBy: "own" | "ancestor" | "resource" | "trace" | null;
                            readonly cachedTokens: number;
                            readonly cost: number | null;
                            readonly costAsOf: string | null;
                            /** @description Exact cost at the time of receipt; differs from costExact after a repricing. */
                            readonly costAtCall: string | null;
                            readonly costExact: string | null;
                            /** @enum {unknown} */
                            readonly costSource: "list" | "custom" | "provider" | "computed" | "unbilled" | null;
                            readonly durationMs: number;
                            readonly error: string | null;
                            readonly estimated: boolean;
                            readonly inputTokens: number;
                            /**
                             * @description Set if the sender’s clock was wrong: `at` is later than the receipt of the call, or before 2015.
                             * @enum {unknown}
                             */
                            readonly misdated: "future" | "past" | null;
                            readonly model: string | null;
                            readonly name: string | null;
                            readonly operation: string | null;
                            readonly outputTokens: number;
                            readonly parentSpanId: string | null;
                            readonly provider: string | null;
                            readonly reasoningTokens: number;
                            readonly requestModel: string | null;
                            readonly responseId: string | null;
                            readonly scope: string | null;
                            readonly service: string | null;
                            readonly spanId: string;
                            readonly tags: readonly string[];
                            readonly threadId: string | null;
                            readonly traceId: string;
                            /** @description Why there is no cost. */
                            readonly unpriced: string | null;
                            readonly usage: {
                                readonly [key: string]: unknown;
                            };
                            /** @description Only a browser names the user. */
                            readonly userClaimed: boolean;
                            readonly userId: string | null;
                        }[];
                        readonly nextCursor: string | null;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                    };
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readCall: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly spanId: string;
                readonly traceId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly arithmetic: {
                            readonly lines: readonly {
                                readonly item: string;
                                readonly per: number;
                                readonly quantity: number;
                                readonly unitPrice: number;
                                readonly usd: number;
                            }[];
                            readonly note: string | null;
                            readonly tier: string | null;
                        };
                        /** Format: date-time */
                        readonly at: string;
                        /** @description All attempts at the same answer, oldest first; empty if this call is the only one. */
                        readonly attempts: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            readonly durationMs: number;
                            readonly error: string | null;
                            readonly spanId: string;
                            readonly traceId: string;
                        }[];
                        /**
                         * @description The rule by which the user was found.
                         * @enum {unknown}
                         */
                        readonly attributedBy: "own" | "ancestor" | "resource" | "trace" | null;
                        readonly attributes: {
                            readonly [key: string]: unknown;
                        };
                        readonly cachedTokens: number;
                        readonly cost: number | null;
                        readonly costAsOf: string | null;
                        /** @description Exact cost at the time of receipt; differs from costExact after a repricing. */
                        readonly costAtCall: string | null;
                        readonly costExact: string | null;
                        /** @enum {unknown} */
                        readonly costSource: "list" | "custom" | "provider" | "computed" | "unbilled" | null;
                        readonly durationMs: number;
                        readonly error: string | null;
                        readonly estimated: boolean;
                        readonly events: readonly unknown[];
                        readonly exception: {
                            readonly message: string | null;
                            readonly stack: string | null;
                            readonly type: string | null;
                        } | null;
                        /** @description Feedback on this call, and on the runs and messages of its trace. */
                        readonly feedback: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            readonly comment: string | null;
                            /** @description In the application’s own scale. */
                            readonly score: number | null;
                            readonly spanId: string;
                            /** @enum {unknown} */
                            readonly target: "message" | "run" | "thread";
                            /** @description Of a message, of a run (`<trace id>-<span id>`), or of a thread. */
                            readonly targetId: string;
                            readonly threadId: string | null;
                            /** @enum {unknown} */
                            readonly thumb: "up" | "down" | null;
                            readonly traceId: string;
                            /** @description Only a browser names the user who gave it. */
                            readonly userClaimed: boolean;
                            readonly userId: string | null;
                        }[];
                        /** @description Time from the start to the first chunk of a streamed answer. */
                        readonly firstChunkMs: number | null;
                        readonly inputTokens: number;
                        /** @description Null where content is not stored. */
                        readonly messages: {
                            readonly input: unknown;
                            readonly output: unknown;
                            readonly system: unknown;
                        } | null;
                        /**
                         * @description Set if the sender’s clock was wrong: `at` is later than the receipt of the call, or before 2015.
                         * @enum {unknown}
                         */
                        readonly misdated: "future" | "past" | null;
                        readonly model: string | null;
                        readonly name: string | null;
                        readonly operation: string | null;
                        readonly outputTokens: number;
                        readonly parentSpanId: string | null;
                        readonly provider: string | null;
                        readonly reasoningTokens: number;
                        readonly requestModel: string | null;
                        /** @description Number of retries by the client within this call. */
                        readonly resends: number;
                        readonly resource: {
                            readonly [key: string]: unknown;
                        };
                        readonly responseId: string | null;
                        readonly scope: string | null;
                        readonly service: string | null;
                        readonly spanId: string;
                        readonly status: {
                            /** @description 2 for a failed call, as in OTLP. */
                            readonly code: number;
                            readonly message: string | null;
                        };
                        readonly tags: readonly string[];
                        readonly threadId: string | null;
                        /** @description The first 500 spans of the trace by their start, and the call's own. */
                        readonly trace: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            readonly attributes: {
                                readonly [key: string]: unknown;
                            };
                            readonly cost: number | null;
                            readonly durationMs: number;
                            /** Format: date-time */
                            readonly endAt: string;
                            readonly events: readonly unknown[];
                            /** @description As in OTLP. */
                            readonly kind: number;
                            /** @enum {unknown} */
                            readonly kindOfSpan: "call" | "run" | "other";
                            readonly name: string;
                            /** @description Time since the start of the trace’s first span. */
                            readonly offsetMs: number;
                            readonly operation: string | null;
                            readonly parentSpanId: string | null;
                            readonly scope: string | null;
                            readonly service: string | null;
                            readonly spanId: string;
                            readonly status: {
                                readonly code: number;
                                readonly message: string | null;
                            };
                            readonly traceId: string;
                            readonly userId: string | null;
                        }[];
                        readonly traceId: string;
                        /** @description Cursor for the next page of /api/traces/{traceId}; null if the trace is complete. */
                        readonly traceNextCursor: string | null;
                        /** @description Spans of the whole trace. */
                        readonly traceSpanCount: number;
                        /** @description Why there is no cost. */
                        readonly unpriced: string | null;
                        readonly usage: {
                            readonly [key: string]: unknown;
                        };
                        /** @description Only a browser names the user. */
                        readonly userClaimed: boolean;
                        readonly userId: string | null;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listChannels: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            readonly digest: Record<string, never> | null;
                            readonly disabledReason: string | null;
                            readonly enabled: boolean;
                            readonly from: string | null;
                            /** @description Host of the URL; the URL itself is secret. */
                            readonly host: string | null;
                            readonly id: string;
                            readonly name: string;
                            /** @description Number of current signing secrets. */
                            readonly signingSecrets: number;
                            readonly to: readonly string[];
                            /** @enum {unknown} */
                            readonly type: "webhook" | "slack" | "discord" | "teams" | "pagerduty" | "email";
                        }[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly addChannel: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description { "at": "09:00", "timeZone": "Europe/Berlin" } */
                    readonly digest?: Record<string, never> | null;
                    readonly enabled?: boolean;
                    readonly from?: string;
                    readonly name?: string;
                    /** @description PagerDuty. Never shown again. */
                    readonly routingKey?: string;
                    /** @description whsec_…; generated if omitted. Never shown again. */
                    readonly secret?: string;
                    /** @description smtp://user:password@host:587 or smtps://. Never shown again. */
                    readonly smtp?: string;
                    readonly to?: readonly string[];
                    /** @enum {unknown} */
                    readonly type?: "webhook" | "slack" | "discord" | "teams" | "pagerduty" | "email";
                    /** @description Webhook, Slack, Discord, Teams. Never shown again. */
                    readonly url?: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly digest: Record<string, never> | null;
                        readonly disabledReason: string | null;
                        readonly enabled: boolean;
                        readonly from: string | null;
                        /** @description Host of the URL; the URL itself is secret. */
                        readonly host: string | null;
                        readonly id: string;
                        readonly name: string;
                        /** @description The newly generated signing secret of a webhook. Shown only once. */
                        readonly secret?: string;
                        /** @description Number of current signing secrets. */
                        readonly signingSecrets: number;
                        readonly to: readonly string[];
                        /** @enum {unknown} */
                        readonly type: "webhook" | "slack" | "discord" | "teams" | "pagerduty" | "email";
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly changeChannel: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description { "at": "09:00", "timeZone": "Europe/Berlin" } */
                    readonly digest?: Record<string, never> | null;
                    readonly enabled?: boolean;
                    readonly from?: string;
                    readonly name?: string;
                    /** @description PagerDuty. Never shown again. */
                    readonly routingKey?: string;
                    /** @description whsec_…; generated if omitted. Never shown again. */
                    readonly secret?: string;
                    /** @description smtp://user:password@host:587 or smtps://. Never shown again. */
                    readonly smtp?: string;
                    readonly to?: readonly string[];
                    /** @enum {unknown} */
                    readonly type?: "webhook" | "slack" | "discord" | "teams" | "pagerduty" | "email";
                    /** @description Webhook, Slack, Discord, Teams. Never shown again. */
                    readonly url?: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly digest: Record<string, never> | null;
                        readonly disabledReason: string | null;
                        readonly enabled: boolean;
                        readonly from: string | null;
                        /** @description Host of the URL; the URL itself is secret. */
                        readonly host: string | null;
                        readonly id: string;
                        readonly name: string;
                        /** @description The newly generated signing secret of a webhook. Shown only once. */
                        readonly secret?: string;
                        /** @description Number of current signing secrets. */
                        readonly signingSecrets: number;
                        readonly to: readonly string[];
                        /** @enum {unknown} */
                        readonly type: "webhook" | "slack" | "discord" | "teams" | "pagerduty" | "email";
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly removeChannel: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly digest: Record<string, never> | null;
                        readonly disabledReason: string | null;
                        readonly enabled: boolean;
                        readonly from: string | null;
                        /** @description Host of the URL; the URL itself is secret. */
                        readonly host: string | null;
                        readonly id: string;
                        readonly name: string;
                        /** @description Number of current signing secrets. */
                        readonly signingSecrets: number;
                        readonly to: readonly string[];
                        /** @enum {unknown} */
                        readonly type: "webhook" | "slack" | "discord" | "teams" | "pagerduty" | "email";
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly rotateChannelSecret: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Generated if omitted. */
                    readonly secret?: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly secret: string | null;
                        readonly signingSecrets: number;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly removeOldChannelSecrets: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly signingSecrets: number;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly testChannel: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly accepted: boolean;
                        readonly answer: string;
                        readonly status: number | null;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readCollector: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /**
                         * @description How calls that a browser key sent are counted.
                         * @enum {unknown}
                         */
                        readonly claimed: "ignore" | "separate" | "count";
                        /** @description Whether prompts and answers are stored. */
                        readonly keepsContent: boolean;
                        readonly project: string;
                        /** @description Null without a size limit. */
                        readonly retentionBytes: number | null;
                        /** @description Null if calls are never deleted. */
                        readonly retentionDays: number | null;
                        readonly version: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listDeliveries: {
        readonly parameters: {
            readonly query?: {
                readonly alert?: string;
                /** @description ISO 8601 or milliseconds since 1970: only messages created before this time. */
                readonly before?: string;
                readonly channel?: string;
                /** @description `nextCursor` of the previous page. */
                readonly cursor?: string;
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            /** @description { status, text, at } of the last attempt. */
                            readonly answer: Record<string, never> | null;
                            /** Format: date-time */
                            readonly at: string;
                            readonly attempts: number;
                            /** @description `null` for an alert without a channel. */
                            readonly channel: string | null;
                            readonly id: string;
                            /** Format: date-time */
                            readonly nextAttempt: string | null;
                            readonly rule: string | null;
                            /** @enum {unknown} */
                            readonly state: "pending" | "delivered" | "failed" | "dropped" | "merged";
                            readonly subject: string | null;
                            readonly title: string;
                            readonly type: string;
                        }[];
                        readonly nextCursor: string | null;
                    };
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readDistribution: {
        readonly parameters: {
            readonly query?: {
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly group?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                /** @description `prop.KEY=value`: users whose property KEY has this value. Can be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Part of an id, name, e-mail address or property. */
                readonly q?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly buckets: readonly {
                            /** @description The same for claimed calls: in addition (`--claimed separate`), included (`count`), or 0 (`ignore`). */
                            readonly claimedCostExact: string;
                            /** @description Exact decimal of US dollars. */
                            readonly costExact: string;
                            /** @description Exact decimal of US dollars. */
                            readonly from: string;
                            readonly to: string | null;
                            /** @description Calls without a price, which the cost excludes. */
                            readonly unpricedCalls: number;
                            readonly users: number;
                        }[];
                        /** @description The same for claimed calls: in addition (`--claimed separate`), included (`count`), or 0 (`ignore`). */
                        readonly claimedCostExact: string;
                        /** @description Exact decimal of US dollars. */
                        readonly costExact: string;
                        /** @description Median cost of a user. */
                        readonly median: string | null;
                        /** @description 95th percentile of the cost of a user. */
                        readonly p95: string | null;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                        readonly top: readonly {
                            /** @description The same for claimed calls: in addition (`--claimed separate`), included (`count`), or 0 (`ignore`). */
                            readonly claimedCostExact: string;
                            /** @description Exact decimal of US dollars. */
                            readonly costExact: string;
                            readonly share: number | null;
                            /** @description Calls without a price, which the cost excludes. */
                            readonly unpricedCalls: number;
                            readonly users: number;
                        }[];
                        /** @description Calls without a price, which the cost excludes. */
                        readonly unpricedCalls: number;
                        readonly users: number;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly watch: {
        readonly parameters: {
            readonly query?: {
                /** @description A project of the session. Other routes read it from the header `userspan-project`, which an EventSource cannot send. */
                readonly project?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/event-stream": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly explainChange: {
        readonly parameters: {
            readonly query?: {
                readonly days?: number;
                readonly group?: string;
                readonly user?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description Exact decimal of US dollars. */
                        readonly after: string;
                        /** @description Exact decimal of US dollars. */
                        readonly before: string;
                        /** @description The same for claimed calls: in addition (`--claimed separate`), included (`count`), or 0 (`ignore`). */
                        readonly claimedAfter: string;
                        /** @description The same for claimed calls: in addition (`--claimed separate`), included (`count`), or 0 (`ignore`). */
                        readonly claimedBefore: string;
                        readonly parts: readonly {
                            /** @description Exact decimal of US dollars. */
                            readonly difference: string;
                            readonly factor: string;
                            readonly model: string | null;
                        }[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listExporters: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            /** @description `user`, `group`, or `prop:NAME` for a property of the user. */
                            readonly customer: string;
                            readonly decimals: number;
                            readonly enabled: boolean;
                            readonly eventName: string;
                            /** @description 0 for runs by command only. */
                            readonly everySeconds: number;
                            readonly id: string;
                            /** @description Factor; exact decimal. */
                            readonly markUp: string;
                            /** @enum {unknown} */
                            readonly measure: "cost" | "tokens" | "calls";
                            /** Format: date */
                            readonly since: string;
                            /** @enum {unknown} */
                            readonly type: "stripe-stream" | "stripe" | "openmeter" | "lago" | "orb" | "metronome" | "webhook";
                            /** @enum {unknown} */
                            readonly unit: "usd" | "cent" | "microusd";
                            readonly url: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly putExporter: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly apiKey?: string;
                    /** @description `user`, `group`, or `prop:NAME` for a property of the user. */
                    readonly customer?: string;
                    readonly decimals?: number;
                    readonly enabled?: boolean;
                    readonly eventName?: string;
                    /** @description 0 for runs by command only. */
                    readonly everySeconds?: number;
                    readonly id?: string;
                    /** @description Factor; exact decimal. */
                    readonly markUp?: string;
                    /** @enum {unknown} */
                    readonly measure?: "cost" | "tokens" | "calls";
                    /** Format: date */
                    readonly since?: string;
                    /** @enum {unknown} */
                    readonly type?: "stripe-stream" | "stripe" | "openmeter" | "lago" | "orb" | "metronome" | "webhook";
                    /** @enum {unknown} */
                    readonly unit?: "usd" | "cent" | "microusd";
                    readonly url?: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description `user`, `group`, or `prop:NAME` for a property of the user. */
                        readonly customer: string;
                        readonly decimals: number;
                        readonly enabled: boolean;
                        readonly eventName: string;
                        /** @description 0 for runs by command only. */
                        readonly everySeconds: number;
                        readonly id: string;
                        /** @description Factor; exact decimal. */
                        readonly markUp: string;
                        /** @enum {unknown} */
                        readonly measure: "cost" | "tokens" | "calls";
                        /** Format: date */
                        readonly since: string;
                        /** @enum {unknown} */
                        readonly type: "stripe-stream" | "stripe" | "openmeter" | "lago" | "orb" | "metronome" | "webhook";
                        /** @enum {unknown} */
                        readonly unit: "usd" | "cent" | "microusd";
                        readonly url: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly removeExporter: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description `user`, `group`, or `prop:NAME` for a property of the user. */
                        readonly customer: string;
                        readonly decimals: number;
                        readonly enabled: boolean;
                        readonly eventName: string;
                        /** @description 0 for runs by command only. */
                        readonly everySeconds: number;
                        readonly id: string;
                        /** @description Factor; exact decimal. */
                        readonly markUp: string;
                        /** @enum {unknown} */
                        readonly measure: "cost" | "tokens" | "calls";
                        /** Format: date */
                        readonly since: string;
                        /** @enum {unknown} */
                        readonly type: "stripe-stream" | "stripe" | "openmeter" | "lago" | "orb" | "metronome" | "webhook";
                        /** @enum {unknown} */
                        readonly unit: "usd" | "cent" | "microusd";
                        readonly url: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly reconcileExporter: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description `owed` minus `sent`. */
                        readonly difference: string;
                        readonly lines: readonly {
                            readonly customer: string | null;
                            /** Format: date */
                            readonly day: string;
                            readonly difference: string;
                            readonly model: string;
                            readonly owed: string;
                            readonly pending: string;
                            readonly sent: string;
                            readonly uncertain: string;
                            readonly used: string;
                        }[];
                        readonly owed: string;
                        /** @description Amount of events that wait for the billing system. */
                        readonly pending: string;
                        /** @description Amount that the billing system accepted. */
                        readonly sent: string;
                        /** @description Events by state: sent, pending, uncertain. */
                        readonly states: {
                            readonly [key: string]: number;
                        };
                        /** @description Amount of events of which it is unknown whether the billing system has them. */
                        readonly uncertain: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly runExporter: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @default true */
                    readonly dryRun?: boolean;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly dryRun: boolean;
                        readonly events: readonly {
                            readonly amount: string;
                            readonly customer: string;
                            /** Format: date */
                            readonly day: string;
                            readonly identifier: string;
                            readonly model: string;
                            readonly quantity: string;
                        }[];
                        readonly made: number;
                        readonly pending: number;
                        readonly problem: string | null;
                        readonly sent: number;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly decideUncertainEvents: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /**
                     * @description `sent`: the billing system has them. `again`: it does not have them, and the next run sends them.
                     * @enum {unknown}
                     */
                    readonly as?: "sent" | "again";
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly events: readonly {
                            readonly amount: string;
                            readonly customer: string;
                            /** Format: date */
                            readonly day: string;
                            readonly identifier: string;
                            readonly model: string;
                            readonly quantity: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readFacets: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly groups: readonly string[];
                        readonly models: readonly string[];
                        readonly operations: readonly string[];
                        readonly props: {
                            readonly [key: string]: readonly string[];
                        };
                        readonly providers: readonly string[];
                        readonly services: readonly string[];
                        readonly tags: readonly string[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listFeedback: {
        readonly parameters: {
            readonly query?: {
                /** @description `nextCursor` of the previous page. */
                readonly cursor?: string;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                readonly limit?: number;
                /** @description Only feedback given in this thread. */
                readonly thread?: string;
                readonly thumb?: "up" | "down";
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
                /** @description Only feedback of this user. */
                readonly user?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            readonly comment: string | null;
                            /** @description In the application’s own scale. */
                            readonly score: number | null;
                            readonly spanId: string;
                            /** @enum {unknown} */
                            readonly target: "message" | "run" | "thread";
                            /** @description Of a message, of a run (`<trace id>-<span id>`), or of a thread. */
                            readonly targetId: string;
                            readonly threadId: string | null;
                            /** @enum {unknown} */
                            readonly thumb: "up" | "down" | null;
                            readonly traceId: string;
                            /** @description Only a browser names the user who gave it. */
                            readonly userClaimed: boolean;
                            readonly userId: string | null;
                        }[];
                        readonly nextCursor: string | null;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                    };
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readForecast: {
        readonly parameters: {
            readonly query?: {
                readonly group?: string;
                readonly user?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly days: number;
                        readonly method: string;
                        readonly month: string;
                        /** @description Exact decimal of US dollars. */
                        readonly projected: string;
                        /** @description Exact decimal of US dollars. */
                        readonly spent: string;
                        /** @description Calls without a price in the month and in the averaged days. If there are any, both amounts are lower bounds. */
                        readonly unpricedCalls: number;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listGroups: {
        readonly parameters: {
            readonly query?: {
                /** @description `nextCursor` of the previous page. */
                readonly cursor?: string;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly group?: readonly string[];
                /** @description Any of `before` (cost and calls of the previous range), `latency` (percentiles, time to the first chunk, threads) and `feedback` (thumbs), separated by commas. */
                readonly include?: string;
                readonly limit?: number;
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description `prop.KEY=value`: users whose property KEY has this value. Can be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Part of an id, name, e-mail address or property. */
                readonly q?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                readonly sort?: "cost" | "calls" | "tokens" | "cached" | "errors" | "users" | "average" | "costPerUser" | "name" | "change" | "p50" | "p95" | "p99" | "firstChunk" | "threads" | "costPerThread" | "thumbs";
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            readonly callsBefore?: number | null;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            readonly claimedCallsBefore?: number | null;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description Figure of the claimed calls in the previous range. */
                            readonly claimedCostBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description Figure of the previous range; null if there is none. */
                            readonly costBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            /** @description Cost of the calls that belong to a conversation. */
                            readonly costPerThread?: number | null;
                            readonly costPerUser: number | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            /** @description Calls that report the time to their first chunk. */
                            readonly firstChunkCalls?: number;
                            readonly firstChunkP50Ms?: number | null;
                            readonly firstChunkP95Ms?: number | null;
                            readonly firstChunkP99Ms?: number | null;
                            readonly group: string | null;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly outputTokens: number;
                            /** @description Exact median of the latency. */
                            readonly p50Ms?: number | null;
                            readonly p95Ms?: number | null;
                            readonly p99Ms?: number | null;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            /** @description Conversations with a call in the range. */
                            readonly threads?: number;
                            readonly thumbsDown?: number;
                            /** @description Latest thumbs of users on messages and threads of conversations with a call of this row, or on runs in the trace of such a call. */
                            readonly thumbsUp?: number;
                            readonly unpricedCalls: number;
                            readonly users: number;
                        }[];
                        readonly nextCursor: string | null;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                        /** @description Number of rows of the whole list; on the first page only. */
                        readonly total: number | null;
                        /** @description Sums of all matching calls, including those without a row; on the first page only. */
                        readonly totals: {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly unpricedCalls: number;
                        } | null;
                    };
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readGroup: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly group: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readGroupBudget: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description true if no budget is used up. */
                        readonly allowed: boolean;
                        readonly budgets: readonly {
                            readonly budget: string;
                            /**
                             * Format: date-time
                             * @description When the budget will be used up at the current pace; null if not in this period.
                             */
                            readonly exhaustedAt: string | null;
                            /** Format: date-time */
                            readonly from: string;
                            readonly id: string;
                            readonly isExceeded: boolean;
                            /** @description Negative if the budget is exceeded. */
                            readonly left: string;
                            readonly name: string;
                            /** @enum {unknown} */
                            readonly of: "user" | "group";
                            readonly percent: number;
                            readonly period: string;
                            readonly spent: string;
                            readonly timeZone: string;
                            /** Format: date-time */
                            readonly to: string;
                            /** @description Calls of the period without a price. If there are any, `spent` is a lower bound. */
                            readonly unpricedCalls: number;
                            readonly usd: string;
                        }[];
                        /** @description US dollars left of the budget with the least left; null without a budget. */
                        readonly left: string | null;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readMargin: {
        readonly parameters: {
            readonly query?: {
                readonly by?: "user" | "group";
                /** @description Only the line of this user or group. */
                readonly customer?: string;
                /** @description Maximum number of lines; without it, all lines. */
                readonly limit?: number;
                /** @description Default this month. */
                readonly month?: string;
                readonly unattributed?: "apart" | "by-cost" | "none";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description Exact decimal of US dollars. */
                        readonly cost: string;
                        readonly lines: readonly {
                            /** @description Exact decimal of US dollars. */
                            readonly allocated: string;
                            /** @description Exact decimal of US dollars. */
                            readonly cost: string;
                            readonly customer: string;
                            /** @description Exact decimal of US dollars. */
                            readonly margin: string;
                            /** @description Name of the user; null for a group. */
                            readonly name: string | null;
                            readonly percent: number | null;
                            /** @description Exact decimal of US dollars. */
                            readonly revenue: string;
                            /** @description Calls without a price. If there are any, the margin is an upper bound. */
                            readonly unpricedCalls: number;
                        }[];
                        /** @description Number of those that cost more than they pay. */
                        readonly losses: number;
                        /** @description Exact decimal of US dollars. */
                        readonly margin: string;
                        readonly month: string;
                        /** @description Exact decimal of US dollars. */
                        readonly revenue: string;
                        /** @description Total number of users or groups. */
                        readonly total: number;
                        /** @description Exact decimal of US dollars. */
                        readonly unattributed: string;
                        /** @description Calls without a customer and without a price, which `unattributed` and its shares exclude. */
                        readonly unattributedUnpricedCalls: number;
                        /** @description Calls of the month without a price, which costs exclude. */
                        readonly unpricedCalls: number;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly exportMeter: {
        readonly parameters: {
            readonly query?: {
                readonly customer?: string;
                readonly format?: "csv" | "ndjson" | "focus";
                /** @description First day; default the first of this month. */
                readonly from?: string;
                readonly markUp?: string;
                /** @description Last day; default today. */
                readonly to?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listModels: {
        readonly parameters: {
            readonly query?: {
                /** @description `nextCursor` of the previous page. */
                readonly cursor?: string;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly group?: readonly string[];
                /** @description Any of `before` (cost and calls of the previous range), `latency` (percentiles, time to the first chunk, threads) and `feedback` (thumbs), separated by commas. */
                readonly include?: string;
                readonly limit?: number;
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description `prop.KEY=value`: users whose property KEY has this value. Can be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Part of an id, name, e-mail address or property. */
                readonly q?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                readonly sort?: "cost" | "calls" | "tokens" | "cached" | "errors" | "users" | "average" | "costPerUser" | "name" | "change" | "p50" | "p95" | "p99" | "firstChunk" | "threads" | "costPerThread" | "thumbs";
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            readonly callsBefore?: number | null;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            readonly claimedCallsBefore?: number | null;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description Figure of the claimed calls in the previous range. */
                            readonly claimedCostBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description Figure of the previous range; null if there is none. */
                            readonly costBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            /** @description Cost of the calls that belong to a conversation. */
                            readonly costPerThread?: number | null;
                            readonly costPerUser: number | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            /** @description Calls that report the time to their first chunk. */
                            readonly firstChunkCalls?: number;
                            readonly firstChunkP50Ms?: number | null;
                            readonly firstChunkP95Ms?: number | null;
                            readonly firstChunkP99Ms?: number | null;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly model: string | null;
                            readonly outputTokens: number;
                            /** @description Exact median of the latency. */
                            readonly p50Ms?: number | null;
                            readonly p95Ms?: number | null;
                            readonly p99Ms?: number | null;
                            readonly pricedCalls: number;
                            readonly provider: string | null;
                            readonly reasoningTokens: number;
                            /** @description Conversations with a call in the range. */
                            readonly threads?: number;
                            readonly thumbsDown?: number;
                            /** @description Latest thumbs of users on messages and threads of conversations with a call of this row, or on runs in the trace of such a call. */
                            readonly thumbsUp?: number;
                            readonly unpricedCalls: number;
                            readonly users: number;
                        }[];
                        readonly nextCursor: string | null;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                        /** @description Number of rows of the whole list; on the first page only. */
                        readonly total: number | null;
                        /** @description Sums of all matching calls, including those without a row; on the first page only. */
                        readonly totals: {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly unpricedCalls: number;
                        } | null;
                    };
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listMovers: {
        readonly parameters: {
            readonly query?: {
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly group?: readonly string[];
                readonly limit?: number;
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                /** @description `prop.KEY=value`: users whose property KEY has this value. Can be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Part of an id, name, e-mail address or property. */
                readonly q?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description Null if the range has no beginning. */
                        readonly before: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        } | null;
                        readonly data: readonly {
                            readonly before: number;
                            readonly cause: {
                                /** @description Exact decimal of US dollars. */
                                readonly difference: string;
                                /**
                                 * @description The main cause of the change, for this model.
                                 * @enum {unknown}
                                 */
                                readonly factor: "new" | "gone" | "calls" | "tokens per call" | "price per token";
                                /** @description The factor in the range. */
                                readonly is: number;
                                readonly model: string | null;
                                /** @description The factor in the previous range: calls, tokens or dollars. */
                                readonly was: number;
                            } | null;
                            readonly change: number;
                            readonly claimedBefore: number;
                            /** @description US dollars of the claimed calls, as set with `--claimed`. */
                            readonly claimedCost: number;
                            readonly cost: number;
                            readonly id: string;
                            readonly name: string | null;
                        }[];
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readOpenApi: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": Record<string, never>;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readOwnBudget: {
        readonly parameters: {
            readonly query?: {
                /** @description A usage token. It can also be sent as Authorization: Bearer. */
                readonly token?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description true if no budget is used up. */
                        readonly allowed: boolean;
                        readonly budgets: readonly {
                            readonly budget: string;
                            /**
                             * Format: date-time
                             * @description When the budget will be used up at the current pace; null if not in this period.
                             */
                            readonly exhaustedAt: string | null;
                            /** Format: date-time */
                            readonly from: string;
                            readonly id: string;
                            readonly isExceeded: boolean;
                            /** @description Negative if the budget is exceeded. */
                            readonly left: string;
                            readonly name: string;
                            /** @enum {unknown} */
                            readonly of: "user" | "group";
                            readonly percent: number;
                            readonly period: string;
                            readonly spent: string;
                            readonly timeZone: string;
                            /** Format: date-time */
                            readonly to: string;
                            /** @description Calls of the period without a price. If there are any, `spent` is a lower bound. */
                            readonly unpricedCalls: number;
                            readonly usd: string;
                        }[];
                        /** @description US dollars left of the budget with the least left; null without a budget. */
                        readonly left: string | null;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readOwnPage: {
        readonly parameters: {
            readonly query?: {
                /** @description A usage token. It can also be sent as Authorization: Bearer. */
                readonly token?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/html": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readOwnUsage: {
        readonly parameters: {
            readonly query?: {
                /** @description A usage token. It can also be sent as Authorization: Bearer. */
                readonly token?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly calls: number;
                        readonly cost: string;
                        readonly days: readonly {
                            readonly calls: number;
                            readonly cost: string;
                            /** Format: date */
                            readonly day: string;
                            readonly tokens: number;
                            /** @description Calls without a price, which the cost excludes. */
                            readonly unpricedCalls: number;
                        }[];
                        /** Format: date-time */
                        readonly from: string;
                        readonly models: readonly {
                            readonly calls: number;
                            readonly cost: string;
                            readonly model: string | null;
                            readonly tokens: number;
                            /** @description Calls without a price, which the cost excludes. */
                            readonly unpricedCalls: number;
                        }[];
                        /** Format: date-time */
                        readonly to: string;
                        readonly tokens: number;
                        /** @description Calls without a price, which the cost excludes. */
                        readonly unpricedCalls: number;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listPrices: {
        readonly parameters: {
            readonly query?: {
                /** @description When: ISO 8601 or milliseconds since 1970. Default now. */
                readonly at?: string;
                /** @description The price of this model, as `price`. */
                readonly model?: string;
                /** @description Default: the vendor that the name implies. */
                readonly provider?: string;
                readonly tier?: "standard" | "batch" | "flex" | "priority" | "fast" | "ultrafast";
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            readonly id: string;
                            readonly model: string;
                            readonly prices: {
                                readonly [key: string]: unknown;
                            };
                            readonly provider: string | null;
                        }[];
                        readonly feed: {
                            /** @description Why the last read failed; the last valid prices stay in use. */
                            readonly error: string | null;
                            readonly inUse: {
                                /** Format: date-time */
                                readonly acceptedAt: string;
                                /**
                                 * Format: date
                                 * @description Day of its prices.
                                 */
                                readonly day: string;
                                /** @enum {unknown} */
                                readonly format: "userspan" | "litellm" | "genai-prices";
                                readonly models: number;
                                readonly sha256: string;
                                readonly source: string;
                            } | null;
                            /** Format: date-time */
                            readonly lookedAt: string | null;
                            /** @description `--price-feed` without credentials; null where it is off. */
                            readonly source: string | null;
                        };
                        readonly list: {
                            /** Format: date */
                            readonly day: string;
                        };
                        readonly price?: {
                            /**
                             * Format: date
                             * @description Day of the source.
                             */
                            readonly asOf: string;
                            /** Format: date-time */
                            readonly at: string;
                            readonly isFree: boolean;
                            /** @description Prices of the whole request if its input is longer than this number of tokens. */
                            readonly longContext: readonly {
                                readonly above: number;
                                readonly units: readonly {
                                    readonly per: number;
                                    readonly unit: string;
                                    /** @description US dollars for `per` units. */
                                    readonly usd: number;
                                    /** @description Readable name of the unit. */
                                    readonly words: string;
                                }[];
                            }[];
                            readonly model: string;
                            /** @description By `quality/size`. */
                            readonly pictures: {
                                readonly [key: string]: number;
                            };
                            readonly provider: string;
                            /**
                             * Format: date-time
                             * @description Start of its validity; null for the first known price of the model, which also applies to earlier calls.
                             */
                            readonly since: string | null;
                            /** @enum {unknown} */
                            readonly source: "custom" | "list" | "feed";
                            readonly tier: string;
                            readonly units: readonly {
                                readonly per: number;
                                readonly unit: string;
                                /** @description US dollars for `per` units. */
                                readonly usd: number;
                                /** @description Readable name of the unit. */
                                readonly words: string;
                            }[];
                        } | null;
                        readonly reason?: string | null;
                        readonly unpriced: readonly {
                            readonly calls: number;
                            /** Format: date-time */
                            readonly firstSeen: string;
                            /** Format: date-time */
                            readonly lastSeen: string;
                            readonly model: string | null;
                            /** @description Whether a price would give these calls a cost; false if usage or currency is unknown. */
                            readonly needsPrice: boolean;
                            readonly provider: string | null;
                            readonly reason: string | null;
                        }[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly addPrice: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /**
                     * Format: date
                     * @description First day of this price. Without one, always.
                     */
                    readonly from?: string;
                    /** @description US dollars for characters (a million), minute, picture, request, webSearch and fileSearch (1,000). */
                    readonly items?: {
                        readonly [key: string]: unknown;
                    };
                    readonly model: string;
                    readonly provider?: string;
                    /** @description US dollars per million tokens: input, cachedInput, output, … Numbers or decimal strings. */
                    readonly usdPerMillion?: {
                        readonly [key: string]: unknown;
                    };
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** Format: date-time */
                        readonly at: string;
                        readonly id: string;
                        readonly model: string;
                        readonly prices: {
                            readonly [key: string]: unknown;
                        };
                        readonly provider: string | null;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly removePrice: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** Format: date-time */
                        readonly at: string;
                        readonly id: string;
                        readonly model: string;
                        readonly prices: {
                            readonly [key: string]: unknown;
                        };
                        readonly provider: string | null;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly findModels: {
        readonly parameters: {
            readonly query?: {
                readonly limit?: number;
                /** @description Words that the provider or name must contain. */
                readonly q?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            readonly model: string;
                            readonly provider: string | null;
                            /** @enum {unknown} */
                            readonly source: "custom" | "list" | "feed";
                        }[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly reprice: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @default true */
                    readonly dryRun?: boolean;
                    /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                    readonly from?: string;
                    readonly model?: string;
                    /** @description In a dry run: a price that has not been added yet. Only calls that it changes. */
                    readonly price?: {
                        /**
                         * Format: date
                         * @description First day of this price. Without one, always.
                         */
                        readonly from?: string;
                        /** @description US dollars for characters (a million), minute, picture, request, webSearch and fileSearch (1,000). */
                        readonly items?: {
                            readonly [key: string]: unknown;
                        };
                        readonly model: string;
                        readonly provider?: string;
                        /** @description US dollars per million tokens: input, cachedInput, output, … Numbers or decimal strings. */
                        readonly usdPerMillion?: {
                            readonly [key: string]: unknown;
                        };
                    };
                    /** @description A price of the project. Only calls that it changes. */
                    readonly priceId?: string;
                    /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                    readonly to?: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly after: string;
                        readonly before: string;
                        readonly calls: number;
                        readonly changed: number;
                        readonly difference: string;
                        readonly dryRun: boolean;
                        readonly models: readonly {
                            readonly after: string;
                            readonly before: string;
                            readonly calls: number;
                            readonly changed: number;
                            readonly model: string;
                            readonly unpricedAfter: number;
                            /** @description Calls without a cost, which `before` excludes. */
                            readonly unpricedBefore: number;
                        }[];
                        readonly unpricedAfter: number;
                        /** @description Calls without a cost, which `before` excludes. */
                        readonly unpricedBefore: number;
                        readonly users: readonly {
                            readonly after: string;
                            readonly before: string;
                            readonly calls: number;
                            readonly changed: number;
                            readonly unpricedAfter: number;
                            /** @description Calls without a cost, which `before` excludes. */
                            readonly unpricedBefore: number;
                            readonly userId: string | null;
                        }[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly putRevenue: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly data?: readonly {
                        readonly group?: string;
                        readonly month: string;
                        readonly source?: string;
                        /** @description US dollars; negative for a refund. */
                        readonly usd: string;
                        readonly user?: string;
                    }[];
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly written: number;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly uploadRevenue: {
        readonly parameters: {
            readonly query?: {
                /** @description Default `csv`. */
                readonly source?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly written: number;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly putRevenueProperty: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @enum {unknown} */
                    readonly by?: "user" | "group";
                    readonly name?: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @enum {unknown} */
                        readonly by: "user" | "group";
                        readonly name: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly removeRevenueProperty: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @enum {unknown} */
                        readonly by: "user" | "group";
                        readonly name: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readRevenueSources: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description { name, by } */
                        readonly property: Record<string, never> | null;
                        /** @description { by, customer, url, importedAt } */
                        readonly stripe: Record<string, never> | null;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly putRevenueStripe: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly apiKey?: string;
                    /** @enum {unknown} */
                    readonly by?: "user" | "group";
                    /** @description `prop:NAME` or `metadata:KEY`; default prop:stripeCustomerId. */
                    readonly customer?: string;
                    readonly url?: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @enum {unknown} */
                        readonly by: "user" | "group";
                        readonly customer: string;
                        /** Format: date-time */
                        readonly importedAt: string | null;
                        readonly url: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly removeRevenueStripe: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @enum {unknown} */
                        readonly by: "user" | "group";
                        readonly customer: string;
                        /** Format: date-time */
                        readonly importedAt: string | null;
                        readonly url: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly importRevenueStripe: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description Default this month. */
                    readonly month?: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly skipped: readonly {
                            readonly reason: string;
                            readonly what: string;
                        }[];
                        readonly written: number;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readDifferences: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            /** @description Number of calls that the sum lacks; negative if it has too many. */
                            readonly calls: string;
                            /** @description US dollars, exact. */
                            readonly cost: string;
                            /** @description `YYYY-MM-DD`; null for threads. */
                            readonly day: string | null;
                            /** @description Table of the wrong sum, such as `usage_day`. */
                            readonly rollup: string;
                            /** @description Number of spans that name the user, if the table says that there are none. 0 for a wrong sum. */
                            readonly spans: number;
                            readonly tokens: string;
                            /** @description Null for unattributed calls, and for totals. */
                            readonly userId: string | null;
                        }[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly repairRollups: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly rows: number;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly addSample: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly calls: number;
                        readonly spans: number;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly removeSample: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly deleted: number;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly search: {
        readonly parameters: {
            readonly query: {
                /** @description Maximum number of results of each kind. */
                readonly limit?: number;
                /** @description Part of an id, a name, an e-mail, a property, a feature (tag) or a model, without regard to case and accents; or the id of a trace, a call, a response or a message. */
                readonly q: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            /** @description Id of the user or thread; name of a group, feature (tag) or model; `<trace id>-<span id>` of a call. */
                            readonly id: string;
                            /** @enum {unknown} */
                            readonly kind: "user" | "group" | "feature" | "model" | "thread" | "call";
                            readonly name: string | null;
                            /** @description Additional detail, such as an e-mail address. */
                            readonly note: string | null;
                            readonly spanId: string | null;
                            readonly traceId: string | null;
                        }[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listServices: {
        readonly parameters: {
            readonly query?: {
                /** @description `nextCursor` of the previous page. */
                readonly cursor?: string;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly group?: readonly string[];
                /** @description Any of `before` (cost and calls of the previous range), `latency` (percentiles, time to the first chunk, threads) and `feedback` (thumbs), separated by commas. */
                readonly include?: string;
                readonly limit?: number;
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description `prop.KEY=value`: users whose property KEY has this value. Can be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Part of an id, name, e-mail address or property. */
                readonly q?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                readonly sort?: "cost" | "calls" | "tokens" | "cached" | "errors" | "users" | "average" | "costPerUser" | "name" | "change" | "p50" | "p95" | "p99" | "firstChunk" | "threads" | "costPerThread" | "thumbs";
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            readonly callsBefore?: number | null;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            readonly claimedCallsBefore?: number | null;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description Figure of the claimed calls in the previous range. */
                            readonly claimedCostBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description Figure of the previous range; null if there is none. */
                            readonly costBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            /** @description Cost of the calls that belong to a conversation. */
                            readonly costPerThread?: number | null;
                            readonly costPerUser: number | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            /** @description Calls that report the time to their first chunk. */
                            readonly firstChunkCalls?: number;
                            readonly firstChunkP50Ms?: number | null;
                            readonly firstChunkP95Ms?: number | null;
                            readonly firstChunkP99Ms?: number | null;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly outputTokens: number;
                            /** @description Exact median of the latency. */
                            readonly p50Ms?: number | null;
                            readonly p95Ms?: number | null;
                            readonly p99Ms?: number | null;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly service: string | null;
                            /** @description Conversations with a call in the range. */
                            readonly threads?: number;
                            readonly thumbsDown?: number;
                            /** @description Latest thumbs of users on messages and threads of conversations with a call of this row, or on runs in the trace of such a call. */
                            readonly thumbsUp?: number;
                            readonly unpricedCalls: number;
                            readonly users: number;
                        }[];
                        readonly nextCursor: string | null;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                        /** @description Number of rows of the whole list; on the first page only. */
                        readonly total: number | null;
                        /** @description Sums of all matching calls, including those without a row; on the first page only. */
                        readonly totals: {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly unpricedCalls: number;
                        } | null;
                    };
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listSilences: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            readonly comment: string;
                            /** Format: date-time */
                            readonly from: string;
                            readonly group: string | null;
                            readonly id: string;
                            readonly rule: string | null;
                            /** Format: date-time */
                            readonly until: string | null;
                            readonly user: string | null;
                        }[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly addSilence: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly comment?: string;
                    readonly from?: string;
                    readonly group?: string;
                    readonly rule?: string;
                    readonly until?: string;
                    readonly user?: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly comment: string;
                        /** Format: date-time */
                        readonly from: string;
                        readonly group: string | null;
                        readonly id: string;
                        readonly rule: string | null;
                        /** Format: date-time */
                        readonly until: string | null;
                        readonly user: string | null;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly removeSilence: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly comment: string;
                        /** Format: date-time */
                        readonly from: string;
                        readonly group: string | null;
                        readonly id: string;
                        readonly rule: string | null;
                        /** Format: date-time */
                        readonly until: string | null;
                        readonly user: string | null;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readSummary: {
        readonly parameters: {
            readonly query?: {
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly group?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description With `false`, `movers` is null. With many users, finding them takes longer than the rest. */
                readonly movers?: boolean;
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                /** @description `prop.KEY=value`: users whose property KEY has this value. Can be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Part of an id, name, e-mail address or property. */
                readonly q?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description Average per call with a price. */
                        readonly averageCost: number | null;
                        readonly before: {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            /** @description Shares of calls and spend with a known user or of system services; null without calls, and with a filter on users. */
                            readonly coverage: {
                                readonly calls: number | null;
                                readonly spend: number | null;
                            };
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly newUsers: number;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            /** @description Calls without a user of services that count as system (`PUT /api/system-services/:id`). */
                            readonly system: {
                                /** @description Average per call with a price. */
                                readonly averageCost: number | null;
                                readonly cachedTokens: number;
                                readonly calls: number;
                                /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                                readonly claimedCalls: number;
                                /** @description US dollars of the claimed calls. */
                                readonly claimedCost: number | null;
                                /** @description The same as an exact decimal. */
                                readonly claimedCostExact: string | null;
                                readonly claimedInputTokens: number;
                                readonly claimedOutputTokens: number;
                                /** @description US dollars; null if some calls have no price and the others cost nothing. */
                                readonly cost: number | null;
                                /** @description The same as an exact decimal. */
                                readonly costExact: string | null;
                                readonly errors: number;
                                /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                                readonly estimatedCalls: number;
                                readonly inputTokens: number;
                                /** @description Average. */
                                readonly latencyMs: number | null;
                                readonly outputTokens: number;
                                readonly pricedCalls: number;
                                readonly reasoningTokens: number;
                                readonly unpricedCalls: number;
                            };
                            readonly unattributed: {
                                /** @description Average per call with a price. */
                                readonly averageCost: number | null;
                                readonly cachedTokens: number;
                                readonly calls: number;
                                /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                                readonly claimedCalls: number;
                                /** @description US dollars of the claimed calls. */
                                readonly claimedCost: number | null;
                                /** @description The same as an exact decimal. */
                                readonly claimedCostExact: string | null;
                                readonly claimedInputTokens: number;
                                readonly claimedOutputTokens: number;
                                /** @description US dollars; null if some calls have no price and the others cost nothing. */
                                readonly cost: number | null;
                                /** @description The same as an exact decimal. */
                                readonly costExact: string | null;
                                readonly errors: number;
                                /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                                readonly estimatedCalls: number;
                                readonly inputTokens: number;
                                /** @description Average. */
                                readonly latencyMs: number | null;
                                readonly outputTokens: number;
                                readonly pricedCalls: number;
                                readonly reasoningTokens: number;
                                readonly unpricedCalls: number;
                            };
                            readonly unpricedCalls: number;
                            readonly users: number;
                        } | null;
                        readonly cachedTokens: number;
                        readonly calls: number;
                        /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                        readonly claimedCalls: number;
                        /** @description US dollars of the claimed calls. */
                        readonly claimedCost: number | null;
                        /** @description The same as an exact decimal. */
                        readonly claimedCostExact: string | null;
                        readonly claimedInputTokens: number;
                        readonly claimedOutputTokens: number;
                        /** @description US dollars; null if some calls have no price and the others cost nothing. */
                        readonly cost: number | null;
                        /** @description The same as an exact decimal. */
                        readonly costExact: string | null;
                        /** @description Shares of calls and spend with a known user or of system services; null without calls, and with a filter on users. */
                        readonly coverage: {
                            readonly calls: number | null;
                            readonly spend: number | null;
                        };
                        /** @description true if nothing has been received yet. */
                        readonly empty: boolean;
                        readonly errors: number;
                        /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                        readonly estimatedCalls: number;
                        readonly inputTokens: number;
                        /** @description Average. */
                        readonly latencyMs: number | null;
                        /** @description Matching calls of any range that are dated in the future or before 2015, because their senders’ clocks are wrong. */
                        readonly misdated: {
                            readonly future: number;
                            readonly past: number;
                        };
                        /** @description Users whose cost changed most; null with `movers=false`. */
                        readonly movers: readonly {
                            readonly before: number;
                            readonly change: number;
                            readonly claimedBefore: number;
                            /** @description US dollars of the claimed calls, as set with `--claimed`. */
                            readonly claimedCost: number;
                            readonly cost: number;
                            readonly id: string;
                            readonly name: string | null;
                        }[] | null;
                        readonly newUsers: number;
                        readonly outputTokens: number;
                        readonly pricedCalls: number;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                        readonly reasoningTokens: number;
                        /** @description Whether sample data is present. */
                        readonly sample: boolean;
                        /** @description Calls without a user of services that count as system (`PUT /api/system-services/:id`). */
                        readonly system: {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly unpricedCalls: number;
                        };
                        readonly systemBy: readonly {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly service: string;
                            readonly unpricedCalls: number;
                        }[];
                        readonly unattributed: {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly unpricedCalls: number;
                        };
                        readonly unattributedBy: readonly {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            /** @description Example code that names the user of these calls. */
                            readonly fix: string;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly operation: string | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly scope: string | null;
                            readonly service: string | null;
                            readonly unpricedCalls: number;
                        }[];
                        readonly unpriced: readonly {
                            readonly calls: number;
                            /** Format: date-time */
                            readonly firstSeen: string;
                            /** Format: date-time */
                            readonly lastSeen: string;
                            readonly model: string | null;
                            /** @description Whether a price would give these calls a cost; false if usage or currency is unknown. */
                            readonly needsPrice: boolean;
                            readonly provider: string | null;
                            readonly reason: string | null;
                        }[];
                        readonly unpricedCalls: number;
                        readonly users: number;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listSystemServices: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            readonly service: string;
                            /**
                             * Format: date-time
                             * @description When this was set; it also applies to earlier calls.
                             */
                            readonly since: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly addSystemService: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly service: string;
                        /**
                         * Format: date-time
                         * @description When this was set; it also applies to earlier calls.
                         */
                        readonly since: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly removeSystemService: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly service: string;
                        /**
                         * Format: date-time
                         * @description When this was set; it also applies to earlier calls.
                         */
                        readonly since: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listTags: {
        readonly parameters: {
            readonly query?: {
                /** @description `nextCursor` of the previous page. */
                readonly cursor?: string;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly group?: readonly string[];
                /** @description Any of `before` (cost and calls of the previous range), `latency` (percentiles, time to the first chunk, threads) and `feedback` (thumbs), separated by commas. */
                readonly include?: string;
                readonly limit?: number;
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description `prop.KEY=value`: users whose property KEY has this value. Can be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Part of an id, name, e-mail address or property. */
                readonly q?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                readonly sort?: "cost" | "calls" | "tokens" | "cached" | "errors" | "users" | "average" | "costPerUser" | "name" | "change" | "p50" | "p95" | "p99" | "firstChunk" | "threads" | "costPerThread" | "thumbs";
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            readonly callsBefore?: number | null;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            readonly claimedCallsBefore?: number | null;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description Figure of the claimed calls in the previous range. */
                            readonly claimedCostBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description Figure of the previous range; null if there is none. */
                            readonly costBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            /** @description Cost of the calls that belong to a conversation. */
                            readonly costPerThread?: number | null;
                            readonly costPerUser: number | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            /** @description Calls that report the time to their first chunk. */
                            readonly firstChunkCalls?: number;
                            readonly firstChunkP50Ms?: number | null;
                            readonly firstChunkP95Ms?: number | null;
                            readonly firstChunkP99Ms?: number | null;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly outputTokens: number;
                            /** @description Exact median of the latency. */
                            readonly p50Ms?: number | null;
                            readonly p95Ms?: number | null;
                            readonly p99Ms?: number | null;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly tag: string | null;
                            /** @description Conversations with a call in the range. */
                            readonly threads?: number;
                            readonly thumbsDown?: number;
                            /** @description Latest thumbs of users on messages and threads of conversations with a call of this row, or on runs in the trace of such a call. */
                            readonly thumbsUp?: number;
                            readonly unpricedCalls: number;
                            readonly users: number;
                        }[];
                        readonly nextCursor: string | null;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                        /** @description Number of rows of the whole list; on the first page only. */
                        readonly total: number | null;
                        /** @description Sums of all matching calls, including those without a row; on the first page only. */
                        readonly totals: {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly unpricedCalls: number;
                        } | null;
                    };
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readTag: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly tag: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listThreads: {
        readonly parameters: {
            readonly query?: {
                /** @description Part of a message. Nothing is found where content is not stored. */
                readonly content?: string;
                /** @description `nextCursor` of the previous page. */
                readonly cursor?: string;
                /** @description true: only threads with a failed call; false: only the others. */
                readonly errors?: boolean;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly group?: readonly string[];
                /** @description `title` adds the user’s first message. */
                readonly include?: "title";
                readonly limit?: number;
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description `prop.KEY=value`: users whose property KEY has this value. Can be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Part of a thread id, or of its user’s id, name, e-mail address or properties. */
                readonly q?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                readonly sort?: "lastSeen" | "firstSeen" | "cost" | "calls" | "tokens" | "errors";
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
                /** @description Only threads of this user. */
                readonly user?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            /** Format: date-time */
                            readonly firstSeen: string;
                            readonly id: string;
                            readonly inputTokens: number;
                            /** Format: date-time */
                            readonly lastSeen: string;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly name: string | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly title?: string | null;
                            readonly unpricedCalls: number;
                            readonly userId: string | null;
                        }[];
                        readonly nextCursor: string | null;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                    };
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readThread: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description Average per call with a price. */
                        readonly averageCost: number | null;
                        readonly cachedTokens: number;
                        readonly callCount: number;
                        readonly calls: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            /**
                             * @description The rule by which the user was found.
                             * @enum {unknown}
                             */
                            readonly attributedBy: "own" | "ancestor" | "resource" | "trace" | null;
                            readonly cachedTokens: number;
                            readonly cost: number | null;
                            readonly costAsOf: string | null;
                            /** @description Exact cost at the time of receipt; differs from costExact after a repricing. */
                            readonly costAtCall: string | null;
                            readonly costExact: string | null;
                            /** @enum {unknown} */
                            readonly costSource: "list" | "custom" | "provider" | "computed" | "unbilled" | null;
                            readonly durationMs: number;
                            readonly error: string | null;
                            readonly estimated: boolean;
                            readonly inputTokens: number;
                            readonly messages?: {
                                readonly input: unknown;
                                readonly output: unknown;
                                readonly system: unknown;
                            };
                            /**
                             * @description Set if the sender’s clock was wrong: `at` is later than the receipt of the call, or before 2015.
                             * @enum {unknown}
                             */
                            readonly misdated: "future" | "past" | null;
                            readonly model: string | null;
                            readonly name: string | null;
                            readonly operation: string | null;
                            readonly outputTokens: number;
                            readonly parentSpanId: string | null;
                            readonly provider: string | null;
                            readonly reasoningTokens: number;
                            readonly requestModel: string | null;
                            readonly responseId: string | null;
                            readonly scope: string | null;
                            readonly service: string | null;
                            readonly spanId: string;
                            readonly tags: readonly string[];
                            readonly threadId: string | null;
                            readonly traceId: string;
                            /** @description Why there is no cost. */
                            readonly unpriced: string | null;
                            readonly usage: {
                                readonly [key: string]: unknown;
                            };
                            /** @description Only a browser names the user. */
                            readonly userClaimed: boolean;
                            readonly userId: string | null;
                        }[];
                        /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                        readonly claimedCalls: number;
                        /** @description US dollars of the claimed calls. */
                        readonly claimedCost: number | null;
                        /** @description The same as an exact decimal. */
                        readonly claimedCostExact: string | null;
                        readonly claimedInputTokens: number;
                        readonly claimedOutputTokens: number;
                        /** @description US dollars; null if some calls have no price and the others cost nothing. */
                        readonly cost: number | null;
                        /** @description The same as an exact decimal. */
                        readonly costExact: string | null;
                        readonly errors: number;
                        /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                        readonly estimatedCalls: number;
                        readonly feedback: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            readonly comment: string | null;
                            /** @description In the application’s own scale. */
                            readonly score: number | null;
                            readonly spanId: string;
                            /** @enum {unknown} */
                            readonly target: "message" | "run" | "thread";
                            /** @description Of a message, of a run (`<trace id>-<span id>`), or of a thread. */
                            readonly targetId: string;
                            readonly threadId: string | null;
                            /** @enum {unknown} */
                            readonly thumb: "up" | "down" | null;
                            readonly traceId: string;
                            /** @description Only a browser names the user who gave it. */
                            readonly userClaimed: boolean;
                            readonly userId: string | null;
                        }[];
                        /** Format: date-time */
                        readonly firstSeen: string;
                        readonly id: string;
                        readonly inputTokens: number;
                        /** Format: date-time */
                        readonly lastSeen: string;
                        /** @description Average. */
                        readonly latencyMs: number | null;
                        /** @description Messages and events that the application tracked. */
                        readonly messages: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            /** @description Null where content is not stored. */
                            readonly content: string | null;
                            /** @description JSON of the other fields that the application sent. */
                            readonly extra: string | null;
                            readonly id: string;
                            /** @description Whether the user asks for the answer again. */
                            readonly isRetry: boolean;
                            readonly role: string | null;
                            readonly spanId: string;
                            readonly traceId: string;
                            readonly userId: string | null;
                        }[];
                        readonly name: string | null;
                        readonly outputTokens: number;
                        readonly pricedCalls: number;
                        readonly reasoningTokens: number;
                        readonly runs: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            readonly attributes: {
                                readonly [key: string]: unknown;
                            };
                            readonly cost: number | null;
                            readonly durationMs: number;
                            /** Format: date-time */
                            readonly endAt: string;
                            readonly events: readonly unknown[];
                            /** @description As in OTLP. */
                            readonly kind: number;
                            /** @enum {unknown} */
                            readonly kindOfSpan: "call" | "run" | "other";
                            readonly name: string;
                            /** @description Time since the start of the trace’s first span. */
                            readonly offsetMs: number;
                            readonly operation: string | null;
                            readonly parentSpanId: string | null;
                            readonly scope: string | null;
                            readonly service: string | null;
                            readonly spanId: string;
                            readonly status: {
                                readonly code: number;
                                readonly message: string | null;
                            };
                            readonly traceId: string;
                            readonly userId: string | null;
                        }[];
                        readonly unpricedCalls: number;
                        readonly userId: string | null;
                        readonly users: readonly string[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readThreadNeighbors: {
        readonly parameters: {
            readonly query?: {
                /** @description Part of a message. Nothing is found where content is not stored. */
                readonly content?: string;
                /** @description `nextCursor` of the previous page. */
                readonly cursor?: string;
                /** @description true: only threads with a failed call; false: only the others. */
                readonly errors?: boolean;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly group?: readonly string[];
                /** @description `title` adds the user’s first message. */
                readonly include?: "title";
                readonly limit?: number;
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description `prop.KEY=value`: users whose property KEY has this value. Can be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Part of a thread id, or of its user’s id, name, e-mail address or properties. */
                readonly q?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                readonly sort?: "lastSeen" | "firstSeen" | "cost" | "calls" | "tokens" | "errors";
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
                /** @description Only threads of this user. */
                readonly user?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly next: string | null;
                        /** @description From 1; null if the list does not contain it. */
                        readonly position: number | null;
                        readonly previous: string | null;
                        /** @description Length of the list; null without a position. */
                        readonly total: number | null;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readToDate: {
        readonly parameters: {
            readonly query?: {
                /** @description Can be repeated; any of the values matches. */
                readonly group?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                /** @description `prop.KEY=value`: users whose property KEY has this value. Can be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Part of an id, name, e-mail address or property. */
                readonly q?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                /** @description Time zone of months and quarters, like Europe/Berlin. Default UTC. */
                readonly tz?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly month: {
                            readonly calls: number;
                            /** @description In addition to `calls` (`--claimed separate`), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description Cost of the claimed calls, an exact decimal of US dollars. */
                            readonly claimedSpent: string;
                            /** Format: date-time */
                            readonly from: string;
                            /** @description Method of the projection. */
                            readonly method: string;
                            /** @description `2026-11`, or `2026-Q4`. */
                            readonly name: string;
                            /** @description Projected cost at the end of the period. */
                            readonly projected: string;
                            /** @description Calls without a price in the period and in the averaged days. If there are any, `projected` is a lower bound. */
                            readonly projectedUnpricedCalls: number;
                            /** @description Exact decimal of US dollars. */
                            readonly spent: string;
                            /**
                             * Format: date-time
                             * @description When the period ends.
                             */
                            readonly to: string;
                            /** @description Calls without a price, which amounts exclude. */
                            readonly unpricedCalls: number;
                        };
                        readonly quarter: {
                            readonly calls: number;
                            /** @description In addition to `calls` (`--claimed separate`), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description Cost of the claimed calls, an exact decimal of US dollars. */
                            readonly claimedSpent: string;
                            /** Format: date-time */
                            readonly from: string;
                            /** @description Method of the projection. */
                            readonly method: string;
                            /** @description `2026-11`, or `2026-Q4`. */
                            readonly name: string;
                            /** @description Projected cost at the end of the period. */
                            readonly projected: string;
                            /** @description Calls without a price in the period and in the averaged days. If there are any, `projected` is a lower bound. */
                            readonly projectedUnpricedCalls: number;
                            /** @description Exact decimal of US dollars. */
                            readonly spent: string;
                            /**
                             * Format: date-time
                             * @description When the period ends.
                             */
                            readonly to: string;
                            /** @description Calls without a price, which amounts exclude. */
                            readonly unpricedCalls: number;
                        };
                        readonly tz: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readTrace: {
        readonly parameters: {
            readonly query?: {
                /** @description `nextCursor` of the previous page. */
                readonly cursor?: string;
                /** @description Maximum number of spans in the answer. */
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path: {
                readonly traceId: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly calls: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            /**
                             * @description The rule by which the user was found.
                             * @enum {unknown}
                             */
                            readonly attributedBy: "own" | "ancestor" | "resource" | "trace" | null;
                            readonly cachedTokens: number;
                            readonly cost: number | null;
                            readonly costAsOf: string | null;
                            /** @description Exact cost at the time of receipt; differs from costExact after a repricing. */
                            readonly costAtCall: string | null;
                            readonly costExact: string | null;
                            /** @enum {unknown} */
                            readonly costSource: "list" | "custom" | "provider" | "computed" | "unbilled" | null;
                            readonly durationMs: number;
                            readonly error: string | null;
                            readonly estimated: boolean;
                            readonly inputTokens: number;
                            /**
                             * @description Set if the sender’s clock was wrong: `at` is later than the receipt of the call, or before 2015.
                             * @enum {unknown}
                             */
                            readonly misdated: "future" | "past" | null;
                            readonly model: string | null;
                            readonly name: string | null;
                            readonly operation: string | null;
                            readonly outputTokens: number;
                            readonly parentSpanId: string | null;
                            readonly provider: string | null;
                            readonly reasoningTokens: number;
                            readonly requestModel: string | null;
                            readonly responseId: string | null;
                            readonly scope: string | null;
                            readonly service: string | null;
                            readonly spanId: string;
                            readonly tags: readonly string[];
                            readonly threadId: string | null;
                            readonly traceId: string;
                            /** @description Why there is no cost. */
                            readonly unpriced: string | null;
                            readonly usage: {
                                readonly [key: string]: unknown;
                            };
                            /** @description Only a browser names the user. */
                            readonly userClaimed: boolean;
                            readonly userId: string | null;
                        }[];
                        /** @description `cursor` of the next page; null on the last. */
                        readonly nextCursor: string | null;
                        /** @description Spans of the whole trace. */
                        readonly spanCount: number;
                        readonly spans: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            readonly attributes: {
                                readonly [key: string]: unknown;
                            };
                            readonly cost: number | null;
                            readonly durationMs: number;
                            /** Format: date-time */
                            readonly endAt: string;
                            readonly events: readonly unknown[];
                            /** @description As in OTLP. */
                            readonly kind: number;
                            /** @enum {unknown} */
                            readonly kindOfSpan: "call" | "run" | "other";
                            readonly name: string;
                            /** @description Time since the start of the trace’s first span. */
                            readonly offsetMs: number;
                            readonly operation: string | null;
                            readonly parentSpanId: string | null;
                            readonly scope: string | null;
                            readonly service: string | null;
                            readonly spanId: string;
                            readonly status: {
                                readonly code: number;
                                readonly message: string | null;
                            };
                            readonly traceId: string;
                            readonly userId: string | null;
                        }[];
                        readonly traceId: string;
                    };
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readUsage: {
        readonly parameters: {
            readonly query?: {
                /** @description true: only calls with a user; false: only calls without a user, except calls of system services that `service` does not name. */
                readonly attributed?: boolean;
                /** @description Default day; by user, month. */
                readonly bucket?: "hour" | "day" | "week" | "month";
                /** @description By user: each user with each model, in pages of `limit`, or whole as text/csv. By tag, a call with two tags counts for both; `total` counts it once. */
                readonly by?: "model" | "service" | "tag" | "provider" | "operation" | "group" | "user";
                /** @description `nextCursor` of the previous page; only for `by=user`. */
                readonly cursor?: string;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly group?: readonly string[];
                /** @description Maximum number of rows; only for `by=user`. */
                readonly limit?: number;
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                /** @description `prop.KEY=value`: users whose property KEY has this value. Can be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Part of an id, name, e-mail address or property. */
                readonly q?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
                /** @description Time zone of days, weeks and months, like Europe/Berlin. Default UTC. */
                readonly tz?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @enum {unknown} */
                        readonly bucket: "hour" | "day" | "week" | "month";
                        readonly by: string | null;
                        readonly data: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly email?: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            readonly group?: string | null;
                            readonly inputTokens: number;
                            /** @description Value of `by`; null for calls without a value, such as no tag or no user. */
                            readonly key: string | null;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly model?: string | null;
                            readonly name?: string | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly provider?: string | null;
                            readonly reasoningTokens: number;
                            /** @description True for the sum of all values that have no row of their own. Its `key` is `other`, which can also be the name of a tag or group: that row has `rest` false. Not given by user. */
                            readonly rest?: boolean;
                            readonly unpricedCalls: number;
                        }[];
                        /** @description Only with `by=user`, which has pages. */
                        readonly nextCursor?: string | null;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                        /** @description Counts every call once. By tag, the sum of the rows can be larger: a call with two tags counts for both. */
                        readonly total: {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly unpricedCalls: number;
                        };
                        readonly tz: string;
                    };
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listUsageKeys: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            readonly id: string;
                            readonly name: string;
                        }[];
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly addUsageKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly name?: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** Format: date-time */
                        readonly at: string;
                        readonly id: string;
                        readonly key: string;
                        readonly name: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly removeUsageKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** Format: date-time */
                        readonly at: string;
                        readonly id: string;
                        readonly name: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listUsers: {
        readonly parameters: {
            readonly query?: {
                /** @description `nextCursor` of the previous page. */
                readonly cursor?: string;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly group?: readonly string[];
                /** @description Any of `trend`, `median`, `before`, `latency` and `threads`, separated by commas. `threads` is always included. */
                readonly include?: string;
                readonly limit?: number;
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description `prop.KEY=value`: users whose property KEY has this value. Can be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Part of an id, name, e-mail address or property. */
                readonly q?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                readonly sort?: "cost" | "calls" | "tokens" | "cached" | "errors" | "lastSeen" | "firstSeen" | "name" | "change" | "p50" | "p95" | "p99" | "firstChunk" | "average" | "median" | "threads";
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
                /** @description Whether to return the sums of all matching users. Without them, a filter that matches many users is faster. */
                readonly totals?: boolean;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            readonly aliases: readonly string[];
                            readonly avatar: string | null;
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            readonly callsBefore?: number | null;
                            /** @description Only browsers have sent this id. */
                            readonly claimed: boolean;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            readonly claimedCallsBefore?: number | null;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description Figure of the claimed calls in the previous range. */
                            readonly claimedCostBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description Figure of the previous range; null if there is none. */
                            readonly costBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly email: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            /** @description Time to the first chunk, for calls that report it. */
                            readonly firstChunk?: {
                                readonly calls: number;
                                readonly p50Ms: number | null;
                                readonly p95Ms: number | null;
                                readonly p99Ms: number | null;
                            };
                            /** Format: date-time */
                            readonly firstSeen: string | null;
                            readonly group: string | null;
                            readonly id: string;
                            readonly inputTokens: number;
                            /** Format: date-time */
                            readonly lastSeen: string | null;
                            readonly latency?: {
                                readonly calls: number;
                                readonly p50Ms: number | null;
                                readonly p95Ms: number | null;
                                readonly p99Ms: number | null;
                            };
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly medianCost?: number | null;
                            readonly name: string | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly props: {
                                readonly [key: string]: string | number | boolean;
                            };
                            readonly reasoningTokens: number;
                            readonly threads: number;
                            readonly trend?: readonly {
                                readonly calls: number;
                                /** @description As `claimedCalls` of the user. */
                                readonly claimedCalls: number;
                                /** @description US dollars of the claimed calls. */
                                readonly claimedCost: number | null;
                                readonly claimedTokens: number;
                                readonly cost: number | null;
                                /** Format: date */
                                readonly day: string;
                                readonly tokens: number;
                            }[];
                            readonly unpricedCalls: number;
                        }[];
                        readonly nextCursor: string | null;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                        /** @description Number of matching users; on the first page only. */
                        readonly total: number | null;
                        /** @description Sums of all matching users; on the first page only, and not with `totals=false`. */
                        readonly totals: {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly unpricedCalls: number;
                        } | null;
                    };
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readUser: {
        readonly parameters: {
            readonly query?: {
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly aliases: readonly string[];
                        readonly aliasesSince: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            readonly id: string;
                        }[];
                        readonly avatar: string | null;
                        /** @description Average per call with a price. */
                        readonly averageCost: number | null;
                        readonly cachedTokens: number;
                        readonly calls: number;
                        readonly callsBefore: number | null;
                        /** @description Only browsers have sent this id. */
                        readonly claimed: boolean;
                        /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                        readonly claimedCalls: number;
                        readonly claimedCallsBefore: number | null;
                        /** @description US dollars of the claimed calls. */
                        readonly claimedCost: number | null;
                        /** @description Figure of the claimed calls in the previous range. */
                        readonly claimedCostBefore: number | null;
                        /** @description The same as an exact decimal. */
                        readonly claimedCostExact: string | null;
                        readonly claimedInputTokens: number;
                        readonly claimedOutputTokens: number;
                        /** @description US dollars; null if some calls have no price and the others cost nothing. */
                        readonly cost: number | null;
                        /** @description Figure of the previous range; null if there is none. */
                        readonly costBefore: number | null;
                        /** @description The same as an exact decimal. */
                        readonly costExact: string | null;
                        readonly email: string | null;
                        readonly errors: number;
                        /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                        readonly estimatedCalls: number;
                        /** @description Time to the first chunk, for calls that report it. */
                        readonly firstChunk: {
                            readonly calls: number;
                            readonly p50Ms: number | null;
                            readonly p95Ms: number | null;
                            readonly p99Ms: number | null;
                        };
                        /** Format: date-time */
                        readonly firstSeen: string | null;
                        readonly group: string | null;
                        readonly id: string;
                        readonly inputTokens: number;
                        /** Format: date-time */
                        readonly lastSeen: string | null;
                        readonly latency: {
                            readonly calls: number;
                            readonly p50Ms: number | null;
                            readonly p95Ms: number | null;
                            readonly p99Ms: number | null;
                        };
                        /** @description Average. */
                        readonly latencyMs: number | null;
                        readonly medianCost: number | null;
                        readonly name: string | null;
                        readonly outputTokens: number;
                        readonly pricedCalls: number;
                        readonly props: {
                            readonly [key: string]: string | number | boolean;
                        };
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                        readonly reasoningTokens: number;
                        readonly threads: number;
                        readonly trend: readonly {
                            readonly calls: number;
                            /** @description As `claimedCalls` of the user. */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            readonly claimedTokens: number;
                            readonly cost: number | null;
                            /** Format: date */
                            readonly day: string;
                            readonly tokens: number;
                        }[];
                        readonly unpricedCalls: number;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly eraseUser: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** Format: date-time */
                        readonly at: string;
                        /** @description Parts of the store that could not be read and were put aside, as TABLE/PART. They may contain data of the user until you delete them from the folder "detached" of the table. */
                        readonly damagedParts: readonly string[];
                        readonly deleted: {
                            readonly aliases: number;
                            readonly calls: number;
                            readonly log: {
                                readonly [key: string]: unknown;
                            } | null;
                            readonly profiles: number;
                            readonly spans: number;
                            readonly threads: number;
                        };
                        /**
                         * Format: date-time
                         * @description Time after which no file of the store contains the deleted data. A restart before that completes the deletion. Null if there are damaged parts.
                         */
                        readonly filesRemovedBy: string | null;
                        readonly receipt: string;
                        /** @description SHA-256 of the id; the id itself is not kept. */
                        readonly user: string;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly changeUser: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly props: {
                        readonly [key: string]: unknown;
                    };
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly aliases: readonly string[];
                        readonly avatar: string | null;
                        /** @description Average per call with a price. */
                        readonly averageCost: number | null;
                        readonly cachedTokens: number;
                        readonly calls: number;
                        readonly callsBefore?: number | null;
                        /** @description Only browsers have sent this id. */
                        readonly claimed: boolean;
                        /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                        readonly claimedCalls: number;
                        readonly claimedCallsBefore?: number | null;
                        /** @description US dollars of the claimed calls. */
                        readonly claimedCost: number | null;
                        /** @description Figure of the claimed calls in the previous range. */
                        readonly claimedCostBefore?: number | null;
                        /** @description The same as an exact decimal. */
                        readonly claimedCostExact: string | null;
                        readonly claimedInputTokens: number;
                        readonly claimedOutputTokens: number;
                        /** @description US dollars; null if some calls have no price and the others cost nothing. */
                        readonly cost: number | null;
                        /** @description Figure of the previous range; null if there is none. */
                        readonly costBefore?: number | null;
                        /** @description The same as an exact decimal. */
                        readonly costExact: string | null;
                        readonly email: string | null;
                        readonly errors: number;
                        /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                        readonly estimatedCalls: number;
                        /** @description Time to the first chunk, for calls that report it. */
                        readonly firstChunk?: {
                            readonly calls: number;
                            readonly p50Ms: number | null;
                            readonly p95Ms: number | null;
                            readonly p99Ms: number | null;
                        };
                        /** Format: date-time */
                        readonly firstSeen: string | null;
                        readonly group: string | null;
                        readonly id: string;
                        readonly inputTokens: number;
                        /** Format: date-time */
                        readonly lastSeen: string | null;
                        readonly latency?: {
                            readonly calls: number;
                            readonly p50Ms: number | null;
                            readonly p95Ms: number | null;
                            readonly p99Ms: number | null;
                        };
                        /** @description Average. */
                        readonly latencyMs: number | null;
                        readonly medianCost?: number | null;
                        readonly name: string | null;
                        readonly outputTokens: number;
                        readonly pricedCalls: number;
                        readonly props: {
                            readonly [key: string]: string | number | boolean;
                        };
                        readonly reasoningTokens: number;
                        readonly threads: number;
                        readonly trend?: readonly {
                            readonly calls: number;
                            /** @description As `claimedCalls` of the user. */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            readonly claimedTokens: number;
                            readonly cost: number | null;
                            /** Format: date */
                            readonly day: string;
                            readonly tokens: number;
                        }[];
                        readonly unpricedCalls: number;
                    } & {
                        readonly [key: string]: unknown;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly addAlias: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly userId: string;
                };
            };
        };
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly alias: string;
                        readonly userId: string | null;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readUserBudget: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @description true if no budget is used up. */
                        readonly allowed: boolean;
                        readonly budgets: readonly {
                            readonly budget: string;
                            /**
                             * Format: date-time
                             * @description When the budget will be used up at the current pace; null if not in this period.
                             */
                            readonly exhaustedAt: string | null;
                            /** Format: date-time */
                            readonly from: string;
                            readonly id: string;
                            readonly isExceeded: boolean;
                            /** @description Negative if the budget is exceeded. */
                            readonly left: string;
                            readonly name: string;
                            /** @enum {unknown} */
                            readonly of: "user" | "group";
                            readonly percent: number;
                            readonly period: string;
                            readonly spent: string;
                            readonly timeZone: string;
                            /** Format: date-time */
                            readonly to: string;
                            /** @description Calls of the period without a price. If there are any, `spent` is a lower bound. */
                            readonly unpricedCalls: number;
                            readonly usd: string;
                        }[];
                        /** @description US dollars left of the budget with the least left; null without a budget. */
                        readonly left: string | null;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listUserCalls: {
        readonly parameters: {
            readonly query?: {
                /** @description `nextCursor` of the previous page. */
                readonly cursor?: string;
                /** @description true: only failed calls; false: only the others. */
                readonly errors?: boolean;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                readonly limit?: number;
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                readonly thread?: string;
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
                /** @description true: only calls without a price; false: only the others. */
                readonly unpriced?: boolean;
            };
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            /**
                             * @description The rule by which the user was found.
                             * @enum {unknown}
                             */
                            readonly attributedBy: "own" | "ancestor" | "resource" | "trace" | null;
                            readonly cachedTokens: number;
                            readonly cost: number | null;
                            readonly costAsOf: string | null;
                            /** @description Exact cost at the time of receipt; differs from costExact after a repricing. */
                            readonly costAtCall: string | null;
                            readonly costExact: string | null;
                            /** @enum {unknown} */
                            readonly costSource: "list" | "custom" | "provider" | "computed" | "unbilled" | null;
                            readonly durationMs: number;
                            readonly error: string | null;
                            readonly estimated: boolean;
                            readonly inputTokens: number;
                            /**
                             * @description Set if the sender’s clock was wrong: `at` is later than the receipt of the call, or before 2015.
                             * @enum {unknown}
                             */
                            readonly misdated: "future" | "past" | null;
                            readonly model: string | null;
                            readonly name: string | null;
                            readonly operation: string | null;
                            readonly outputTokens: number;
                            readonly parentSpanId: string | null;
                            readonly provider: string | null;
                            readonly reasoningTokens: number;
                            readonly requestModel: string | null;
                            readonly responseId: string | null;
                            readonly scope: string | null;
                            readonly service: string | null;
                            readonly spanId: string;
                            readonly tags: readonly string[];
                            readonly threadId: string | null;
                            readonly traceId: string;
                            /** @description Why there is no cost. */
                            readonly unpriced: string | null;
                            readonly usage: {
                                readonly [key: string]: unknown;
                            };
                            /** @description Only a browser names the user. */
                            readonly userClaimed: boolean;
                            readonly userId: string | null;
                        }[];
                        readonly nextCursor: string | null;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                    };
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly exportUser: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/x-ndjson": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readNeighbors: {
        readonly parameters: {
            readonly query?: {
                /** @description `nextCursor` of the previous page. */
                readonly cursor?: string;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly group?: readonly string[];
                /** @description Any of `trend`, `median`, `before`, `latency` and `threads`, separated by commas. `threads` is always included. */
                readonly include?: string;
                readonly limit?: number;
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description `prop.KEY=value`: users whose property KEY has this value. Can be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Part of an id, name, e-mail address or property. */
                readonly q?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                readonly sort?: "cost" | "calls" | "tokens" | "cached" | "errors" | "lastSeen" | "firstSeen" | "name" | "change" | "p50" | "p95" | "p99" | "firstChunk" | "average" | "median" | "threads";
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly next: {
                            readonly id: string;
                            readonly name: string | null;
                        } | null;
                        /** @description From 1; null if the list does not contain it. */
                        readonly position: number | null;
                        readonly previous: {
                            readonly id: string;
                            readonly name: string | null;
                        } | null;
                        /** @description Length of the list; null without a position. */
                        readonly total: number | null;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly listUserThreads: {
        readonly parameters: {
            readonly query?: {
                /** @description Part of a message. Nothing is found where content is not stored. */
                readonly content?: string;
                /** @description `nextCursor` of the previous page. */
                readonly cursor?: string;
                /** @description true: only threads with a failed call; false: only the others. */
                readonly errors?: boolean;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                /** @description `title` adds the user’s first message. */
                readonly include?: "title";
                readonly limit?: number;
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Part of a thread id, or of its user’s id, name, e-mail address or properties. */
                readonly q?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                readonly sort?: "lastSeen" | "firstSeen" | "cost" | "calls" | "tokens" | "errors";
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly data: readonly {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            /** Format: date-time */
                            readonly firstSeen: string;
                            readonly id: string;
                            readonly inputTokens: number;
                            /** Format: date-time */
                            readonly lastSeen: string;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly name: string | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly title?: string | null;
                            readonly unpricedCalls: number;
                            readonly userId: string | null;
                        }[];
                        readonly nextCursor: string | null;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                    };
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly removeAlias: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        readonly alias: string;
                        readonly userId: string | null;
                    };
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readonly readUserUsage: {
        readonly parameters: {
            readonly query?: {
                /** @description Default day; by user, month. */
                readonly bucket?: "hour" | "day" | "week" | "month";
                /** @description By tag, a call with two tags counts for both; `total` counts it once. */
                readonly by?: "model" | "service" | "tag" | "provider" | "operation" | "group";
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums round it down to a quarter of an hour. */
                readonly from?: string;
                /** @description Can be repeated; any of the values matches. */
                readonly model?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly operation?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly provider?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly service?: readonly string[];
                /** @description Can be repeated; any of the values matches. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums round it up to a quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
                /** @description Time zone of days, weeks and months, like Europe/Berlin. Default UTC. */
                readonly tz?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": {
                        /** @enum {unknown} */
                        readonly bucket: "hour" | "day" | "week" | "month";
                        readonly by: string | null;
                        readonly data: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly email?: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            readonly group?: string | null;
                            readonly inputTokens: number;
                            /** @description Value of `by`; null for calls without a value, such as no tag or no user. */
                            readonly key: string | null;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly model?: string | null;
                            readonly name?: string | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly provider?: string | null;
                            readonly reasoningTokens: number;
                            /** @description True for the sum of all values that have no row of their own. Its `key` is `other`, which can also be the name of a tag or group: that row has `rest` false. Not given by user. */
                            readonly rest?: boolean;
                            readonly unpricedCalls: number;
                        }[];
                        /** @description Only with `by=user`, which has pages. */
                        readonly nextCursor?: string | null;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                        /** @description Counts every call once. By tag, the sum of the rows can be larger: a call with two tags counts for both. */
                        readonly total: {
                            /** @description Average per call with a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: in addition to `calls` (`--claimed separate`, the default), included in them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null if some calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly unpricedCalls: number;
                        };
                        readonly tz: string;
                    };
                    readonly "application/x-ndjson": string;
                    readonly "text/csv": string;
                };
            };
            /** @description What went wrong (RFC 9457). */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
