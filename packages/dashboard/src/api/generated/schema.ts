// Generated from /api/openapi.json. Do not edit: run `npm run api-types` after a change to the API.

export interface paths {
    readonly "/api/alert-states": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Which user, group… alerts and budgets fire for, or fired for in the current period; those that fire first */
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
        /** Adds, changes and removes alerts, budgets and channels to be as the body says; see userspan apply */
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
        /** Adds an alert rule; each user, group… is tracked alone */
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
        /** Adds an alert rule under this id, or puts another in its place */
        readonly put: operations["changeAlert"];
        readonly post?: never;
        /** Removes an alert rule and what it knows */
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
        /** Everybody who spent of a budget in the current period, the largest shares first, from memory */
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
        /** For every budget who spent the largest shares of it in the current period, from memory */
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
        /** One call: its attributes, the arithmetic of its cost, and the trace around it */
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
        /** Where messages go, without their secrets */
        readonly get: operations["listChannels"];
        readonly put?: never;
        /** Adds a channel; the signing secret of a webhook is in this answer only */
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
        /** Changes a channel, and enables it again; secrets that are left out stay */
        readonly put: operations["changeChannel"];
        readonly post?: never;
        /** Removes a channel with its secrets; what waits for it is dropped */
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
        /** Adds a signing secret: messages carry the signatures of the newest three until old ones are removed */
        readonly post: operations["rotateChannelSecret"];
        /** Removes all signing secrets but the newest: the end of a rotation */
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
        /** Sends a test message at once, and answers with the answer of the receiver */
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
        /** The history of alerts: messages, the newest first, with what receivers answered or why none was sent */
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
        /** How cost is spread over users: the share of those who cost most, and users by what they cost */
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
        /** Why the cost of the last days is not that of as many days before: calls, tokens per call, price, by model */
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
        /** Billers that usage is sent to, without their keys */
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
        /** Adds or changes a biller; its key is never shown again */
        readonly put: operations["putExporter"];
        readonly post?: never;
        /** Removes a biller and its key; what was sent stays known */
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
        /** What was used, what is owed for it, what was sent, and the difference, to the last digit */
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
        /** Sends what is owed now; a dry run says what would be sent */
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
        /** Lists events of which it is unknown whether the biller has them; with `as`, says that it has them, or sends them again */
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
        /** What filters can be set to, the most frequent first */
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
        /** What this month (UTC) will come to, for the project, a user or a group, and how that was worked out */
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
        /** Groups of users with what they used */
        readonly get: operations["listGroups"];
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
        /** How a group stands with its budgets, from memory: a few seconds old, answered at once */
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
        /** Usage by customer, day and model as CSV, lines of JSON, or CSV by FOCUS 1.2 */
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
        /** Models with what they were used for */
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
        /** Users whose cost changed most since the range before, each with the largest cause */
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
        /** How the user or group of a usage token stands with its own budgets; those of a user’s group are not shown */
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
        /** Usage and budgets as a page without scripts, to be shown in a frame of the app */
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
        /** What the user or group of a usage token used this month (UTC), and nothing else */
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
        /** Prices that this project has of its own, what has no cost, the price feed; with `model`, its price at a time */
        readonly get: operations["listPrices"];
        readonly put?: never;
        /** Adds a price; new calls have it at once, old ones after a repricing */
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
        /** Removes a price; what was priced by it keeps its cost */
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
        /** Models that have a price, by words of their provider and name */
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
        /** What users or groups paid in a month; the same customer, month and source again replaces the amount */
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
        /** The same as CSV with the columns user or group, month, usd; lines of one customer add up */
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
        /** Names a property of users that says what each, or its group, pays a month in US dollars */
        readonly put: operations["putRevenueProperty"];
        readonly post?: never;
        /** Counts no property as revenue any more */
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
        /** Where revenue comes from besides what was uploaded; without keys */
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
        /** Imports paid invoices of Stripe, every six hours and on request; the key is never shown again */
        readonly put: operations["putRevenueStripe"];
        readonly post?: never;
        /** Imports no more invoices, and forgets the key; amounts that were imported stay */
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
        /** Reads the invoices of a month now, and says which could not be given to a customer */
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
        /** Compares all sums with the calls themselves: nothing, if all is well. Reads everything */
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
        /** Makes the sums what the calls add up to */
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
        /** Adds sample data: users whose ids begin with sample-, what they pay, a conversation that went wrong, and an alert that fires */
        readonly post: operations["addSample"];
        /** Removes the sample data, all of it and nothing else */
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
        /** Users, groups, threads and calls that a few letters or an id may mean */
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
        /** Services with what they used */
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
        /** Silences all alerts, one rule, or one user or group; alerts that are still active at its end are sent then */
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
        /** What the project used, how much of it has a user, and the range before */
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
        /** Services whose calls without a user count as system */
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
        /** Counts the calls of a service that have no user as system, those of the past included */
        readonly put: operations["addSystemService"];
        readonly post?: never;
        /** Counts the calls of a service that have no user as unattributed again */
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
        /** Tags with what they used: a call with several tags counts for each of them */
        readonly get: operations["listTags"];
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
        /** The threads before and after this one in a list */
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
        /** Cost of this month and this quarter so far, and what they will come to, under any filter */
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
        /** A page of a trace: its spans in order of their start, and the calls among them */
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
        /** What the project used over time */
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
        /** Keys that backends sign usage tokens with, without their secrets */
        readonly get: operations["listUsageKeys"];
        readonly put?: never;
        /** Makes a key; it is in this answer only */
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
        /** Removes a key: its tokens end at once */
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
        /** Users with what they used and what it cost */
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
        /** One user: who it is, and what it used */
        readonly get: operations["readUser"];
        readonly put?: never;
        readonly post?: never;
        /** Erases a user, its aliases and everything they did; a tombstone stops what arrives late */
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
        /** From now on, what this id used counts for another user, the past included */
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
        /** How a user stands with its budgets, from memory: a few seconds old, answered at once */
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
        /** Everything that is kept about a user, a JSON object a line */
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
        /** The users before and after this one in a list */
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
        /** Takes an alias back */
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
        /** What a user used over time */
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
                /** @description Only those that fire now, or only others. */
                readonly active?: boolean;
                /** @description `nextCursor` of the page before. */
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
                        /** @description How many of them fire now. */
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
                            /** @description What the user is called. */
                            readonly subjectName: string | null;
                            readonly threshold: string | null;
                            /** @description The figure of the last message; an exact decimal. */
                            readonly value: string;
                        }[];
                        readonly nextCursor: string | null;
                        /** @description States in all. */
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
                        /** @description Thresholds are factors of the figure in the window before. */
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
                         * @description What is tracked: the project, or each user, group… alone.
                         * @enum {unknown}
                         */
                        readonly of?: "project" | "user" | "group" | "model" | "service" | "tag";
                        /** @description The figure is what the day, week or month will end with at its pace so far. Default false. */
                        readonly projected?: boolean;
                        readonly renotifySeconds?: number;
                        readonly thresholds?: readonly {
                            /** @enum {unknown} */
                            readonly severity: "info" | "warning" | "critical";
                            readonly value: string;
                        }[];
                        readonly timeZone?: string;
                        /** @description 5m to 31d, rolling; or day, week, month of the time zone. */
                        readonly window?: string;
                    }[];
                    readonly budgets?: readonly {
                        readonly channels?: readonly string[];
                        /** @description one group; or */
                        readonly group?: string;
                        /** @description Made from the target where it is left out. */
                        readonly id?: string;
                        /**
                         * @description each user or each group; or
                         * @enum {unknown}
                         */
                        readonly of?: "user" | "group";
                        /** @enum {unknown} */
                        readonly period?: "day" | "week" | "month";
                        /** @description A message, too, when the amount will be used up before the period ends. Default false. */
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
                        /** @description whsec_…; made where it is left out. Never shown again. */
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
                            /** @description What is different, as JSON. Secrets are not shown. */
                            readonly fields: readonly {
                                readonly after: string | null;
                                readonly before: string | null;
                                readonly field: string;
                            }[];
                            readonly id: string;
                            /** @enum {unknown} */
                            readonly kind: "channel" | "alert" | "budget";
                            /** @description Signing secret that was made now. Shown once. */
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
                            /** @description Thresholds are factors of the figure in the window before. */
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
                             * @description What is tracked: the project, or each user, group… alone.
                             * @enum {unknown}
                             */
                            readonly of: "project" | "user" | "group" | "model" | "service" | "tag";
                            /** @description The figure is what the day, week or month will end with at its pace so far. Default false. */
                            readonly projected?: boolean;
                            readonly renotifySeconds?: number;
                            readonly thresholds: readonly {
                                /** @enum {unknown} */
                                readonly severity: "info" | "warning" | "critical";
                                readonly value: string;
                            }[];
                            readonly timeZone: string;
                            /** @description 5m to 31d, rolling; or day, week, month of the time zone. */
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
                    /** @description Thresholds are factors of the figure in the window before. */
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
                     * @description What is tracked: the project, or each user, group… alone.
                     * @enum {unknown}
                     */
                    readonly of?: "project" | "user" | "group" | "model" | "service" | "tag";
                    /** @description The figure is what the day, week or month will end with at its pace so far. Default false. */
                    readonly projected?: boolean;
                    readonly renotifySeconds?: number;
                    readonly thresholds?: readonly {
                        /** @enum {unknown} */
                        readonly severity: "info" | "warning" | "critical";
                        readonly value: string;
                    }[];
                    readonly timeZone?: string;
                    /** @description 5m to 31d, rolling; or day, week, month of the time zone. */
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
                        /** @description Thresholds are factors of the figure in the window before. */
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
                         * @description What is tracked: the project, or each user, group… alone.
                         * @enum {unknown}
                         */
                        readonly of: "project" | "user" | "group" | "model" | "service" | "tag";
                        /** @description The figure is what the day, week or month will end with at its pace so far. Default false. */
                        readonly projected?: boolean;
                        readonly renotifySeconds?: number;
                        readonly thresholds: readonly {
                            /** @enum {unknown} */
                            readonly severity: "info" | "warning" | "critical";
                            readonly value: string;
                        }[];
                        readonly timeZone: string;
                        /** @description 5m to 31d, rolling; or day, week, month of the time zone. */
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
                    /** @description Thresholds are factors of the figure in the window before. */
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
                     * @description What is tracked: the project, or each user, group… alone.
                     * @enum {unknown}
                     */
                    readonly of?: "project" | "user" | "group" | "model" | "service" | "tag";
                    /** @description The figure is what the day, week or month will end with at its pace so far. Default false. */
                    readonly projected?: boolean;
                    readonly renotifySeconds?: number;
                    readonly thresholds?: readonly {
                        /** @enum {unknown} */
                        readonly severity: "info" | "warning" | "critical";
                        readonly value: string;
                    }[];
                    readonly timeZone?: string;
                    /** @description 5m to 31d, rolling; or day, week, month of the time zone. */
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
                        /** @description Thresholds are factors of the figure in the window before. */
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
                         * @description What is tracked: the project, or each user, group… alone.
                         * @enum {unknown}
                         */
                        readonly of: "project" | "user" | "group" | "model" | "service" | "tag";
                        /** @description The figure is what the day, week or month will end with at its pace so far. Default false. */
                        readonly projected?: boolean;
                        readonly renotifySeconds?: number;
                        readonly thresholds: readonly {
                            /** @enum {unknown} */
                            readonly severity: "info" | "warning" | "critical";
                            readonly value: string;
                        }[];
                        readonly timeZone: string;
                        /** @description 5m to 31d, rolling; or day, week, month of the time zone. */
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
                        /** @description Thresholds are factors of the figure in the window before. */
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
                         * @description What is tracked: the project, or each user, group… alone.
                         * @enum {unknown}
                         */
                        readonly of: "project" | "user" | "group" | "model" | "service" | "tag";
                        /** @description The figure is what the day, week or month will end with at its pace so far. Default false. */
                        readonly projected?: boolean;
                        readonly renotifySeconds?: number;
                        readonly thresholds: readonly {
                            /** @enum {unknown} */
                            readonly severity: "info" | "warning" | "critical";
                            readonly value: string;
                        }[];
                        readonly timeZone: string;
                        /** @description 5m to 31d, rolling; or day, week, month of the time zone. */
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
                            /** @description A message, too, when the amount will be used up before the period ends. Default false. */
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
                    /** @description Made from the target where it is left out. */
                    readonly id?: string;
                    /**
                     * @description each user or each group; or
                     * @enum {unknown}
                     */
                    readonly of?: "user" | "group";
                    /** @enum {unknown} */
                    readonly period?: "day" | "week" | "month";
                    /** @description A message, too, when the amount will be used up before the period ends. Default false. */
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
                        /** @description A message, too, when the amount will be used up before the period ends. Default false. */
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
                        /** @description A message, too, when the amount will be used up before the period ends. Default false. */
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
                /** @description `nextCursor` of the page before. */
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
                             * @description At the pace of the period so far; null if not in this period.
                             */
                            readonly exhaustedAt: string | null;
                            /** Format: date-time */
                            readonly from: string;
                            readonly id: string;
                            readonly isExceeded: boolean;
                            /** @description Negative where more was spent. */
                            readonly left: string;
                            readonly name: string;
                            /** @enum {unknown} */
                            readonly of: "user" | "group";
                            readonly percent: number;
                            readonly period: string;
                            readonly spent: string;
                            /** @description What the user is called. */
                            readonly subjectName: string | null;
                            readonly timeZone: string;
                            /** Format: date-time */
                            readonly to: string;
                            /** @description Calls of the period that have no price: with one or more, at least `spent` was spent. */
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
                                 * @description At the pace of the period so far; null if not in this period.
                                 */
                                readonly exhaustedAt: string | null;
                                /** Format: date-time */
                                readonly from: string;
                                readonly id: string;
                                readonly isExceeded: boolean;
                                /** @description Negative where more was spent. */
                                readonly left: string;
                                readonly name: string;
                                /** @enum {unknown} */
                                readonly of: "user" | "group";
                                readonly percent: number;
                                readonly period: string;
                                readonly spent: string;
                                /** @description What the user is called. */
                                readonly subjectName: string | null;
                                readonly timeZone: string;
                                /** Format: date-time */
                                readonly to: string;
                                /** @description Calls of the period that have no price: with one or more, at least `spent` was spent. */
                                readonly unpricedCalls: number;
                                readonly usd: string;
                            }[];
                            /** @description How many of them used the budget up. */
                            readonly exceeded: number;
                            /** @description Users or groups that spent anything in the period. */
                            readonly spenders: number;
                            /** @description All of them together; exact decimal of US dollars. */
                            readonly spent: string;
                            /** @description Calls of everybody with this budget that are not in `spent`. */
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
                /** @description Only calls that have a user, or only those that have none; then without those of services that count as system, unless `service` names them. */
                readonly attributed?: boolean;
                /** @description `nextCursor` of the page before. */
                readonly cursor?: string;
                /** @description Only calls that failed, or only those that did not. */
                readonly errors?: boolean;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                readonly limit?: number;
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                readonly thread?: string;
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
                /** @description Only calls without a price, or only those with one. */
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
                             * @description How the user was found.
                             * @enum {unknown}
                             */
                            readonly attributedBy: "own" | "ancestor" | "resource" | "trace" | null;
                            readonly cachedTokens: number;
                            readonly cost: number | null;
                            readonly costAsOf: string | null;
                            /** @description Exact; another figure than costExact after a repricing. */
                            readonly costAtCall: string | null;
                            readonly costExact: string | null;
                            /** @enum {unknown} */
                            readonly costSource: "list" | "custom" | "provider" | "computed" | "unbilled" | null;
                            readonly durationMs: number;
                            readonly error: string | null;
                            readonly estimated: boolean;
                            readonly inputTokens: number;
                            /**
                             * @description Set where the clock of the sender was wrong: `at` is after the call was received, or before 2015.
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
                            /** @description Only a browser says who it is for. */
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
                        /** @description The calls that tried for one answer, oldest first; empty where this is the only one. */
                        readonly attempts: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            readonly durationMs: number;
                            readonly error: string | null;
                            readonly spanId: string;
                            readonly traceId: string;
                        }[];
                        /**
                         * @description How the user was found.
                         * @enum {unknown}
                         */
                        readonly attributedBy: "own" | "ancestor" | "resource" | "trace" | null;
                        readonly attributes: {
                            readonly [key: string]: unknown;
                        };
                        readonly cachedTokens: number;
                        readonly cost: number | null;
                        readonly costAsOf: string | null;
                        /** @description Exact; another figure than costExact after a repricing. */
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
                        /** @description About this call, and about the runs and messages of its trace. */
                        readonly feedback: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            readonly comment: string | null;
                            /** @description On the application's own scale. */
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
                            /** @description Only a browser says who gave it. */
                            readonly userClaimed: boolean;
                            readonly userId: string | null;
                        }[];
                        /** @description From the start to the first piece of a streamed answer. */
                        readonly firstChunkMs: number | null;
                        readonly inputTokens: number;
                        /** @description Null where content is not stored. */
                        readonly messages: {
                            readonly input: unknown;
                            readonly output: unknown;
                            readonly system: unknown;
                        } | null;
                        /**
                         * @description Set where the clock of the sender was wrong: `at` is after the call was received, or before 2015.
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
                        /** @description How often the client sent the request again inside this call. */
                        readonly resends: number;
                        readonly resource: {
                            readonly [key: string]: unknown;
                        };
                        readonly responseId: string | null;
                        readonly scope: string | null;
                        readonly service: string | null;
                        readonly spanId: string;
                        readonly status: {
                            /** @description 2 where it failed, as in OTLP. */
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
                            /** @description Since the first span of the trace began. */
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
                        /** @description Where /api/traces/{traceId} goes on; null where the trace is complete. */
                        readonly traceNextCursor: string | null;
                        /** @description Spans of the whole trace. */
                        readonly traceSpanCount: number;
                        /** @description Why there is no cost. */
                        readonly unpriced: string | null;
                        readonly usage: {
                            readonly [key: string]: unknown;
                        };
                        /** @description Only a browser says who it is for. */
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
                            /** @description Of the URL, which is not shown. */
                            readonly host: string | null;
                            readonly id: string;
                            readonly name: string;
                            /** @description How many secrets sign at present. */
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
                    /** @description whsec_…; made where it is left out. Never shown again. */
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
                        /** @description Of the URL, which is not shown. */
                        readonly host: string | null;
                        readonly id: string;
                        readonly name: string;
                        /** @description The signing secret of a webhook, where it was made now. Shown once. */
                        readonly secret?: string;
                        /** @description How many secrets sign at present. */
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
                    /** @description whsec_…; made where it is left out. Never shown again. */
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
                        /** @description Of the URL, which is not shown. */
                        readonly host: string | null;
                        readonly id: string;
                        readonly name: string;
                        /** @description The signing secret of a webhook, where it was made now. Shown once. */
                        readonly secret?: string;
                        /** @description How many secrets sign at present. */
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
                        /** @description Of the URL, which is not shown. */
                        readonly host: string | null;
                        readonly id: string;
                        readonly name: string;
                        /** @description How many secrets sign at present. */
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
                    /** @description Made where it is left out. */
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
                        /** @description Null: no limit of size. */
                        readonly retentionBytes: number | null;
                        /** @description Null: calls are kept. */
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
                /** @description ISO 8601: only messages made before. */
                readonly before?: string;
                readonly channel?: string;
                /** @description `nextCursor` of the page before. */
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
                            /** @description `null` for an alert without a channel: its history is kept, too. */
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
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                /** @description May be repeated: any of the values. */
                readonly group?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                /** @description `prop.KEY=value`: users whose property KEY is that value. May be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description Part of an id, a name, an email or a property. */
                readonly q?: string;
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
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
                            /** @description The same of claimed calls: beside it (`--claimed separate`), a part of it (`count`), or 0 (`ignore`). */
                            readonly claimedCostExact: string;
                            /** @description Exact decimal of US dollars. */
                            readonly costExact: string;
                            /** @description Exact decimal of US dollars. */
                            readonly from: string;
                            readonly to: string | null;
                            readonly users: number;
                        }[];
                        /** @description The same of claimed calls: beside it (`--claimed separate`), a part of it (`count`), or 0 (`ignore`). */
                        readonly claimedCostExact: string;
                        /** @description Exact decimal of US dollars. */
                        readonly costExact: string;
                        /** @description Cost of the user in the middle. */
                        readonly median: string | null;
                        /** @description The smallest cost that 95 % of the users do not exceed. */
                        readonly p95: string | null;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                        readonly top: readonly {
                            /** @description The same of claimed calls: beside it (`--claimed separate`), a part of it (`count`), or 0 (`ignore`). */
                            readonly claimedCostExact: string;
                            /** @description Exact decimal of US dollars. */
                            readonly costExact: string;
                            readonly share: number | null;
                            readonly users: number;
                        }[];
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
                /** @description Of the projects of the session. Other routes take it in the header `userspan-project`, which an EventSource cannot send. */
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
                        /** @description The same of claimed calls: beside it (`--claimed separate`), a part of it (`count`), or 0 (`ignore`). */
                        readonly claimedAfter: string;
                        /** @description The same of claimed calls: beside it (`--claimed separate`), a part of it (`count`), or 0 (`ignore`). */
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
                        /** @description `owed` less `sent`. */
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
                        /** @description Of events that wait for the biller. */
                        readonly pending: string;
                        /** @description What the biller accepted. */
                        readonly sent: string;
                        /** @description Events by state: sent, pending, uncertain. */
                        readonly states: {
                            readonly [key: string]: number;
                        };
                        /** @description Of events of which it is unknown whether the biller has them. */
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
                     * @description `sent`: the biller has them. `again`: it has not, and the next run sends them.
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
                            readonly [key: string]: readonly (string | number | boolean)[];
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
                /** @description `nextCursor` of the page before. */
                readonly cursor?: string;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                readonly limit?: number;
                /** @description Only feedback that was given in this thread. */
                readonly thread?: string;
                readonly thumb?: "up" | "down";
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
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
                            /** @description On the application's own scale. */
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
                            /** @description Only a browser says who gave it. */
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
                        /** @description Calls of the month and of the averaged days that have no price: with one or more, both amounts are at least so much. */
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
                /** @description `nextCursor` of the page before. */
                readonly cursor?: string;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                /** @description May be repeated: any of the values. */
                readonly group?: readonly string[];
                /** @description Any of `before` (cost and calls of the range before), `latency` (percentiles, time to the first chunk, threads) and `feedback` (thumbs), with commas. */
                readonly include?: string;
                readonly limit?: number;
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description `prop.KEY=value`: users whose property KEY is that value. May be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description Part of an id, a name, an email or a property. */
                readonly q?: string;
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                readonly sort?: "cost" | "calls" | "tokens" | "cached" | "errors" | "users" | "average" | "costPerUser" | "name" | "change" | "p50" | "p95" | "p99" | "firstChunk" | "threads" | "costPerThread" | "thumbs";
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
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
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            readonly callsBefore?: number | null;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            readonly claimedCallsBefore?: number | null;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description Of the claimed calls in the range before. */
                            readonly claimedCostBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description In the range before; null where there is none. */
                            readonly costBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            /** @description Of the calls that belong to a conversation. */
                            readonly costPerThread?: number | null;
                            readonly costPerUser: number | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            /** @description Calls that state the time to the first chunk of their answer. */
                            readonly firstChunkCalls?: number;
                            readonly firstChunkP50Ms?: number | null;
                            readonly firstChunkP95Ms?: number | null;
                            readonly firstChunkP99Ms?: number | null;
                            readonly group: string | null;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly outputTokens: number;
                            /** @description The smallest latency that half of the calls do not exceed; exact. */
                            readonly p50Ms?: number | null;
                            readonly p95Ms?: number | null;
                            readonly p99Ms?: number | null;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            /** @description Conversations with a call in the range. */
                            readonly threads?: number;
                            readonly thumbsDown?: number;
                            /** @description Users' last thumbs on a message or thread of a conversation in which the row has a call, or on a run in the trace of one. */
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
                        /** @description Rows of the whole list; on the first page. */
                        readonly total: number | null;
                        /** @description All calls that match, whoever they are for and whatever they have no name for; on the first page. */
                        readonly totals: {
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
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
                        /** @description No budget is used up. */
                        readonly allowed: boolean;
                        readonly budgets: readonly {
                            readonly budget: string;
                            /**
                             * Format: date-time
                             * @description At the pace of the period so far; null if not in this period.
                             */
                            readonly exhaustedAt: string | null;
                            /** Format: date-time */
                            readonly from: string;
                            readonly id: string;
                            readonly isExceeded: boolean;
                            /** @description Negative where more was spent. */
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
                            /** @description Calls of the period that have no price: with one or more, at least `spent` was spent. */
                            readonly unpricedCalls: number;
                            readonly usd: string;
                        }[];
                        /** @description US dollars of the tightest budget; null where there is none. */
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
                /** @description Lines at most; all of them without it. */
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
                            /** @description What the user is called; null for a group. */
                            readonly name: string | null;
                            readonly percent: number | null;
                            /** @description Exact decimal of US dollars. */
                            readonly revenue: string;
                            /** @description Calls without a price: with one or more, the margin is at most this. */
                            readonly unpricedCalls: number;
                        }[];
                        /** @description How many of them cost more than they pay. */
                        readonly losses: number;
                        /** @description Exact decimal of US dollars. */
                        readonly margin: string;
                        readonly month: string;
                        /** @description Exact decimal of US dollars. */
                        readonly revenue: string;
                        /** @description Users or groups in all. */
                        readonly total: number;
                        /** @description Exact decimal of US dollars. */
                        readonly unattributed: string;
                        /** @description Calls of the month that are in no cost: they have no price. */
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
                /** @description `nextCursor` of the page before. */
                readonly cursor?: string;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                /** @description May be repeated: any of the values. */
                readonly group?: readonly string[];
                /** @description Any of `before` (cost and calls of the range before), `latency` (percentiles, time to the first chunk, threads) and `feedback` (thumbs), with commas. */
                readonly include?: string;
                readonly limit?: number;
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description `prop.KEY=value`: users whose property KEY is that value. May be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description Part of an id, a name, an email or a property. */
                readonly q?: string;
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                readonly sort?: "cost" | "calls" | "tokens" | "cached" | "errors" | "users" | "average" | "costPerUser" | "name" | "change" | "p50" | "p95" | "p99" | "firstChunk" | "threads" | "costPerThread" | "thumbs";
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
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
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            readonly callsBefore?: number | null;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            readonly claimedCallsBefore?: number | null;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description Of the claimed calls in the range before. */
                            readonly claimedCostBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description In the range before; null where there is none. */
                            readonly costBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            /** @description Of the calls that belong to a conversation. */
                            readonly costPerThread?: number | null;
                            readonly costPerUser: number | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            /** @description Calls that state the time to the first chunk of their answer. */
                            readonly firstChunkCalls?: number;
                            readonly firstChunkP50Ms?: number | null;
                            readonly firstChunkP95Ms?: number | null;
                            readonly firstChunkP99Ms?: number | null;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly model: string | null;
                            readonly outputTokens: number;
                            /** @description The smallest latency that half of the calls do not exceed; exact. */
                            readonly p50Ms?: number | null;
                            readonly p95Ms?: number | null;
                            readonly p99Ms?: number | null;
                            readonly pricedCalls: number;
                            readonly provider: string | null;
                            readonly reasoningTokens: number;
                            /** @description Conversations with a call in the range. */
                            readonly threads?: number;
                            readonly thumbsDown?: number;
                            /** @description Users' last thumbs on a message or thread of a conversation in which the row has a call, or on a run in the trace of one. */
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
                        /** @description Rows of the whole list; on the first page. */
                        readonly total: number | null;
                        /** @description All calls that match, whoever they are for and whatever they have no name for; on the first page. */
                        readonly totals: {
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
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
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                /** @description May be repeated: any of the values. */
                readonly group?: readonly string[];
                readonly limit?: number;
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                /** @description `prop.KEY=value`: users whose property KEY is that value. May be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description Part of an id, a name, an email or a property. */
                readonly q?: string;
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
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
                        /** @description Null where the range has no beginning. */
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
                                 * @description What made most of the change, on this model.
                                 * @enum {unknown}
                                 */
                                readonly factor: "new" | "gone" | "calls" | "tokens per call" | "price per token";
                                /** @description The factor in the range. */
                                readonly is: number;
                                readonly model: string | null;
                                /** @description The factor before: calls, tokens, dollars. */
                                readonly was: number;
                            } | null;
                            readonly change: number;
                            readonly claimedBefore: number;
                            /** @description US dollars of the claimed calls, as `--claimed` says. */
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
                /** @description A usage token; or as Authorization: Bearer. */
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
                        /** @description No budget is used up. */
                        readonly allowed: boolean;
                        readonly budgets: readonly {
                            readonly budget: string;
                            /**
                             * Format: date-time
                             * @description At the pace of the period so far; null if not in this period.
                             */
                            readonly exhaustedAt: string | null;
                            /** Format: date-time */
                            readonly from: string;
                            readonly id: string;
                            readonly isExceeded: boolean;
                            /** @description Negative where more was spent. */
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
                            /** @description Calls of the period that have no price: with one or more, at least `spent` was spent. */
                            readonly unpricedCalls: number;
                            readonly usd: string;
                        }[];
                        /** @description US dollars of the tightest budget; null where there is none. */
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
                /** @description A usage token; or as Authorization: Bearer. */
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
                /** @description A usage token; or as Authorization: Bearer. */
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
                            /** @description Calls that are not in the cost: they have no price. */
                            readonly unpricedCalls: number;
                        }[];
                        /** Format: date-time */
                        readonly from: string;
                        readonly models: readonly {
                            readonly calls: number;
                            readonly cost: string;
                            readonly model: string | null;
                            readonly tokens: number;
                            /** @description Calls that are not in the cost: they have no price. */
                            readonly unpricedCalls: number;
                        }[];
                        /** Format: date-time */
                        readonly to: string;
                        readonly tokens: number;
                        /** @description Calls that are not in the cost: they have no price. */
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
                /** @description Default: the vendor that the name tells. */
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
                            /** @description Why the last read gave no prices; the last good prices stay in use. */
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
                            /** @description Prices of the whole request above a length of its input in tokens. */
                            readonly longContext: readonly {
                                readonly above: number;
                                readonly units: readonly {
                                    readonly per: number;
                                    readonly unit: string;
                                    /** @description US dollars for `per` units. */
                                    readonly usd: number;
                                    /** @description The unit for people. */
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
                             * @description Since when it holds; null for the first price that is known of the model, which earlier calls have too.
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
                                /** @description The unit for people. */
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
                            /** @description Whether a price would give these calls a cost; false where usage or currency are not known. */
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
                    /** @description US dollars per million tokens: input, cachedInput, output, … Numbers or decimal texts. */
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
                /** @description Words that provider or name must have. */
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
                    /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                    readonly from?: string;
                    readonly model?: string;
                    /** @description In a dry run: a price that is not added yet. Only what it changes. */
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
                        /** @description US dollars per million tokens: input, cachedInput, output, … Numbers or decimal texts. */
                        readonly usdPerMillion?: {
                            readonly [key: string]: unknown;
                        };
                    };
                    /** @description A price of the project. Only what it changes. */
                    readonly priceId?: string;
                    /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
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
                            /** @description Calls without a cost, which are not in `before`. */
                            readonly unpricedBefore: number;
                        }[];
                        readonly unpricedAfter: number;
                        /** @description Calls without a cost, which are not in `before`. */
                        readonly unpricedBefore: number;
                        readonly users: readonly {
                            readonly after: string;
                            readonly before: string;
                            readonly calls: number;
                            readonly changed: number;
                            readonly unpricedAfter: number;
                            /** @description Calls without a cost, which are not in `before`. */
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
                            /** @description How many calls are missing in the sum; negative where there are too many. */
                            readonly calls: string;
                            /** @description US dollars, exact. */
                            readonly cost: string;
                            /** @description `YYYY-MM-DD`; null for threads. */
                            readonly day: string | null;
                            /** @description Which sums are wrong, by the name of their table, such as `usage_day`. */
                            readonly rollup: string;
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
                /** @description Of each kind. */
                readonly limit?: number;
                /** @description Part of an id, a name, an e-mail or a property, without regard to case and accents; or the id of a trace, a call, a response or a message. */
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
                            /** @description Of the user or thread; the name of a group; `<trace id>-<span id>` of a call. */
                            readonly id: string;
                            /** @enum {unknown} */
                            readonly kind: "user" | "group" | "thread" | "call";
                            readonly name: string | null;
                            /** @description What else tells it apart, such as an e-mail. */
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
                /** @description `nextCursor` of the page before. */
                readonly cursor?: string;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                /** @description May be repeated: any of the values. */
                readonly group?: readonly string[];
                /** @description Any of `before` (cost and calls of the range before), `latency` (percentiles, time to the first chunk, threads) and `feedback` (thumbs), with commas. */
                readonly include?: string;
                readonly limit?: number;
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description `prop.KEY=value`: users whose property KEY is that value. May be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description Part of an id, a name, an email or a property. */
                readonly q?: string;
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                readonly sort?: "cost" | "calls" | "tokens" | "cached" | "errors" | "users" | "average" | "costPerUser" | "name" | "change" | "p50" | "p95" | "p99" | "firstChunk" | "threads" | "costPerThread" | "thumbs";
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
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
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            readonly callsBefore?: number | null;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            readonly claimedCallsBefore?: number | null;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description Of the claimed calls in the range before. */
                            readonly claimedCostBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description In the range before; null where there is none. */
                            readonly costBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            /** @description Of the calls that belong to a conversation. */
                            readonly costPerThread?: number | null;
                            readonly costPerUser: number | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            /** @description Calls that state the time to the first chunk of their answer. */
                            readonly firstChunkCalls?: number;
                            readonly firstChunkP50Ms?: number | null;
                            readonly firstChunkP95Ms?: number | null;
                            readonly firstChunkP99Ms?: number | null;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly outputTokens: number;
                            /** @description The smallest latency that half of the calls do not exceed; exact. */
                            readonly p50Ms?: number | null;
                            readonly p95Ms?: number | null;
                            readonly p99Ms?: number | null;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly service: string | null;
                            /** @description Conversations with a call in the range. */
                            readonly threads?: number;
                            readonly thumbsDown?: number;
                            /** @description Users' last thumbs on a message or thread of a conversation in which the row has a call, or on a run in the trace of one. */
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
                        /** @description Rows of the whole list; on the first page. */
                        readonly total: number | null;
                        /** @description All calls that match, whoever they are for and whatever they have no name for; on the first page. */
                        readonly totals: {
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
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
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                /** @description May be repeated: any of the values. */
                readonly group?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description With `false`, `movers` is null: finding them takes longer than the rest where there are many users. */
                readonly movers?: boolean;
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                /** @description `prop.KEY=value`: users whose property KEY is that value. May be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description Part of an id, a name, an email or a property. */
                readonly q?: string;
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
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
                        /** @description Per call that has a price. */
                        readonly averageCost: number | null;
                        readonly before: {
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            /** @description Shares that are for a known user or the system’s own; null without calls, and where users are filtered. */
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
                                /** @description Per call that has a price. */
                                readonly averageCost: number | null;
                                readonly cachedTokens: number;
                                readonly calls: number;
                                /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                                readonly claimedCalls: number;
                                /** @description US dollars of the claimed calls. */
                                readonly claimedCost: number | null;
                                /** @description The same as an exact decimal. */
                                readonly claimedCostExact: string | null;
                                readonly claimedInputTokens: number;
                                readonly claimedOutputTokens: number;
                                /** @description US dollars; null where calls have no price and the others cost nothing. */
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
                                /** @description Per call that has a price. */
                                readonly averageCost: number | null;
                                readonly cachedTokens: number;
                                readonly calls: number;
                                /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                                readonly claimedCalls: number;
                                /** @description US dollars of the claimed calls. */
                                readonly claimedCost: number | null;
                                /** @description The same as an exact decimal. */
                                readonly claimedCostExact: string | null;
                                readonly claimedInputTokens: number;
                                readonly claimedOutputTokens: number;
                                /** @description US dollars; null where calls have no price and the others cost nothing. */
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
                        /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                        readonly claimedCalls: number;
                        /** @description US dollars of the claimed calls. */
                        readonly claimedCost: number | null;
                        /** @description The same as an exact decimal. */
                        readonly claimedCostExact: string | null;
                        readonly claimedInputTokens: number;
                        readonly claimedOutputTokens: number;
                        /** @description US dollars; null where calls have no price and the others cost nothing. */
                        readonly cost: number | null;
                        /** @description The same as an exact decimal. */
                        readonly costExact: string | null;
                        /** @description Shares that are for a known user or the system’s own; null without calls, and where users are filtered. */
                        readonly coverage: {
                            readonly calls: number | null;
                            readonly spend: number | null;
                        };
                        /** @description Nothing was ever received. */
                        readonly empty: boolean;
                        readonly errors: number;
                        /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                        readonly estimatedCalls: number;
                        readonly inputTokens: number;
                        /** @description Average. */
                        readonly latencyMs: number | null;
                        /** @description Calls of the filters, whatever the range, that are dated later than now or before 2015: the clocks of their senders are wrong. */
                        readonly misdated: {
                            readonly future: number;
                            readonly past: number;
                        };
                        /** @description Users whose cost changed most; null with `movers=false`. */
                        readonly movers: readonly {
                            readonly before: number;
                            readonly change: number;
                            readonly claimedBefore: number;
                            /** @description US dollars of the claimed calls, as `--claimed` says. */
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
                        /** @description Sample data is shown. */
                        readonly sample: boolean;
                        /** @description Calls without a user of services that count as system (`PUT /api/system-services/:id`). */
                        readonly system: {
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
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
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
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
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
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
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            /** @description The line of code that gives these calls a user. */
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
                            /** @description Whether a price would give these calls a cost; false where usage or currency are not known. */
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
                             * @description When it was decided; calls of before count, too.
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
                         * @description When it was decided; calls of before count, too.
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
                         * @description When it was decided; calls of before count, too.
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
                /** @description `nextCursor` of the page before. */
                readonly cursor?: string;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                /** @description May be repeated: any of the values. */
                readonly group?: readonly string[];
                /** @description Any of `before` (cost and calls of the range before), `latency` (percentiles, time to the first chunk, threads) and `feedback` (thumbs), with commas. */
                readonly include?: string;
                readonly limit?: number;
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description `prop.KEY=value`: users whose property KEY is that value. May be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description Part of an id, a name, an email or a property. */
                readonly q?: string;
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                readonly sort?: "cost" | "calls" | "tokens" | "cached" | "errors" | "users" | "average" | "costPerUser" | "name" | "change" | "p50" | "p95" | "p99" | "firstChunk" | "threads" | "costPerThread" | "thumbs";
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
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
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            readonly callsBefore?: number | null;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            readonly claimedCallsBefore?: number | null;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description Of the claimed calls in the range before. */
                            readonly claimedCostBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description In the range before; null where there is none. */
                            readonly costBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            /** @description Of the calls that belong to a conversation. */
                            readonly costPerThread?: number | null;
                            readonly costPerUser: number | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            /** @description Calls that state the time to the first chunk of their answer. */
                            readonly firstChunkCalls?: number;
                            readonly firstChunkP50Ms?: number | null;
                            readonly firstChunkP95Ms?: number | null;
                            readonly firstChunkP99Ms?: number | null;
                            readonly inputTokens: number;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly outputTokens: number;
                            /** @description The smallest latency that half of the calls do not exceed; exact. */
                            readonly p50Ms?: number | null;
                            readonly p95Ms?: number | null;
                            readonly p99Ms?: number | null;
                            readonly pricedCalls: number;
                            readonly reasoningTokens: number;
                            readonly tag: string | null;
                            /** @description Conversations with a call in the range. */
                            readonly threads?: number;
                            readonly thumbsDown?: number;
                            /** @description Users' last thumbs on a message or thread of a conversation in which the row has a call, or on a run in the trace of one. */
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
                        /** @description Rows of the whole list; on the first page. */
                        readonly total: number | null;
                        /** @description All calls that match, whoever they are for and whatever they have no name for; on the first page. */
                        readonly totals: {
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
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
    readonly listThreads: {
        readonly parameters: {
            readonly query?: {
                /** @description Part of a message. Nothing is found where content is not stored. */
                readonly content?: string;
                /** @description `nextCursor` of the page before. */
                readonly cursor?: string;
                /** @description Only threads with a failed call, or only those without. */
                readonly errors?: boolean;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                /** @description May be repeated: any of the values. */
                readonly group?: readonly string[];
                /** @description `title`: the first message of the user. */
                readonly include?: "title";
                readonly limit?: number;
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description `prop.KEY=value`: users whose property KEY is that value. May be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description Part of the id of a thread, or of what is known of its user. */
                readonly q?: string;
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                readonly sort?: "lastSeen" | "firstSeen" | "cost" | "calls" | "tokens" | "errors";
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
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
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
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
                        /** @description Per call that has a price. */
                        readonly averageCost: number | null;
                        readonly cachedTokens: number;
                        readonly callCount: number;
                        readonly calls: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            /**
                             * @description How the user was found.
                             * @enum {unknown}
                             */
                            readonly attributedBy: "own" | "ancestor" | "resource" | "trace" | null;
                            readonly cachedTokens: number;
                            readonly cost: number | null;
                            readonly costAsOf: string | null;
                            /** @description Exact; another figure than costExact after a repricing. */
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
                             * @description Set where the clock of the sender was wrong: `at` is after the call was received, or before 2015.
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
                            /** @description Only a browser says who it is for. */
                            readonly userClaimed: boolean;
                            readonly userId: string | null;
                        }[];
                        /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                        readonly claimedCalls: number;
                        /** @description US dollars of the claimed calls. */
                        readonly claimedCost: number | null;
                        /** @description The same as an exact decimal. */
                        readonly claimedCostExact: string | null;
                        readonly claimedInputTokens: number;
                        readonly claimedOutputTokens: number;
                        /** @description US dollars; null where calls have no price and the others cost nothing. */
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
                            /** @description On the application's own scale. */
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
                            /** @description Only a browser says who gave it. */
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
                        /** @description What the application tracked. */
                        readonly messages: readonly {
                            /** Format: date-time */
                            readonly at: string;
                            /** @description Null where content is not stored. */
                            readonly content: string | null;
                            /** @description JSON of the other fields that the application sent. */
                            readonly extra: string | null;
                            readonly id: string;
                            /** @description The user asks once more for an answer. */
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
                            /** @description Since the first span of the trace began. */
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
                /** @description `nextCursor` of the page before. */
                readonly cursor?: string;
                /** @description Only threads with a failed call, or only those without. */
                readonly errors?: boolean;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                /** @description May be repeated: any of the values. */
                readonly group?: readonly string[];
                /** @description `title`: the first message of the user. */
                readonly include?: "title";
                readonly limit?: number;
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description `prop.KEY=value`: users whose property KEY is that value. May be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description Part of the id of a thread, or of what is known of its user. */
                readonly q?: string;
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                readonly sort?: "lastSeen" | "firstSeen" | "cost" | "calls" | "tokens" | "errors";
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
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
                        readonly position: number;
                        readonly previous: string | null;
                        readonly total: number;
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
                /** @description May be repeated: any of the values. */
                readonly group?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                /** @description `prop.KEY=value`: users whose property KEY is that value. May be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description Part of an id, a name, an email or a property. */
                readonly q?: string;
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                /** @description May be repeated: any of the values. */
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
                            /** @description Beside `calls` (`--claimed separate`), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description What the claimed calls cost, as an exact decimal of US dollars. */
                            readonly claimedSpent: string;
                            /** Format: date-time */
                            readonly from: string;
                            /** @description How that was worked out. */
                            readonly method: string;
                            /** @description `2026-11`, or `2026-Q4`. */
                            readonly name: string;
                            /** @description What it will have cost when it ends. */
                            readonly projected: string;
                            /** @description Calls of the period and of the averaged days that have no price: with one or more, `projected` is at least so much. */
                            readonly projectedUnpricedCalls: number;
                            /** @description Exact decimal of US dollars. */
                            readonly spent: string;
                            /**
                             * Format: date-time
                             * @description When the period ends.
                             */
                            readonly to: string;
                            /** @description Calls that are in no amount: they have no price. */
                            readonly unpricedCalls: number;
                        };
                        readonly quarter: {
                            readonly calls: number;
                            /** @description Beside `calls` (`--claimed separate`), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description What the claimed calls cost, as an exact decimal of US dollars. */
                            readonly claimedSpent: string;
                            /** Format: date-time */
                            readonly from: string;
                            /** @description How that was worked out. */
                            readonly method: string;
                            /** @description `2026-11`, or `2026-Q4`. */
                            readonly name: string;
                            /** @description What it will have cost when it ends. */
                            readonly projected: string;
                            /** @description Calls of the period and of the averaged days that have no price: with one or more, `projected` is at least so much. */
                            readonly projectedUnpricedCalls: number;
                            /** @description Exact decimal of US dollars. */
                            readonly spent: string;
                            /**
                             * Format: date-time
                             * @description When the period ends.
                             */
                            readonly to: string;
                            /** @description Calls that are in no amount: they have no price. */
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
                /** @description `nextCursor` of the page before. */
                readonly cursor?: string;
                /** @description Most spans in the answer. */
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
                             * @description How the user was found.
                             * @enum {unknown}
                             */
                            readonly attributedBy: "own" | "ancestor" | "resource" | "trace" | null;
                            readonly cachedTokens: number;
                            readonly cost: number | null;
                            readonly costAsOf: string | null;
                            /** @description Exact; another figure than costExact after a repricing. */
                            readonly costAtCall: string | null;
                            readonly costExact: string | null;
                            /** @enum {unknown} */
                            readonly costSource: "list" | "custom" | "provider" | "computed" | "unbilled" | null;
                            readonly durationMs: number;
                            readonly error: string | null;
                            readonly estimated: boolean;
                            readonly inputTokens: number;
                            /**
                             * @description Set where the clock of the sender was wrong: `at` is after the call was received, or before 2015.
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
                            /** @description Only a browser says who it is for. */
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
                            /** @description Since the first span of the trace began. */
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
                /** @description Only calls that have a user, or only those that have none; then without those of services that count as system, unless `service` names them. */
                readonly attributed?: boolean;
                /** @description Default day; by user, month. */
                readonly bucket?: "hour" | "day" | "week" | "month";
                /** @description By user: each user with each model, in pages of `limit`, or whole as text/csv. By tag, a call with two tags counts under each of them; `total` has it once. */
                readonly by?: "model" | "service" | "tag" | "provider" | "operation" | "group" | "user";
                /** @description `nextCursor` of the page before, by user. */
                readonly cursor?: string;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                /** @description May be repeated: any of the values. */
                readonly group?: readonly string[];
                /** @description Of rows by user. */
                readonly limit?: number;
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                /** @description `prop.KEY=value`: users whose property KEY is that value. May be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description Part of an id, a name, an email or a property. */
                readonly q?: string;
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
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
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly email?: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            readonly group?: string | null;
                            readonly inputTokens: number;
                            /** @description Of `by`; null for calls without one: no tag, no user. */
                            readonly key: string | null;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly model?: string | null;
                            readonly name?: string | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly provider?: string | null;
                            readonly reasoningTokens: number;
                            readonly unpricedCalls: number;
                        }[];
                        /** @description Only `by=user`, which is read in pages. */
                        readonly nextCursor?: string | null;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                        /** @description Every call once. By tag, rows add up to more: a call with two tags counts under each of them. */
                        readonly total: {
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
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
                /** @description `nextCursor` of the page before. */
                readonly cursor?: string;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                /** @description May be repeated: any of the values. */
                readonly group?: readonly string[];
                /** @description Any of `trend`, `median`, `before`, `latency` and `threads`, with commas. `threads` is always there. */
                readonly include?: string;
                readonly limit?: number;
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description `prop.KEY=value`: users whose property KEY is that value. May be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description Part of an id, a name, an email or a property. */
                readonly q?: string;
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                readonly sort?: "cost" | "calls" | "tokens" | "cached" | "errors" | "lastSeen" | "firstSeen" | "name" | "change" | "p50" | "p95" | "p99" | "firstChunk" | "average" | "median" | "threads";
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
                /** @description Whether to add up the figures of all users that match. Without them a filter that many users match is answered sooner. */
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
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            readonly callsBefore?: number | null;
                            /** @description Only browsers have sent this id. */
                            readonly claimed: boolean;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            readonly claimedCallsBefore?: number | null;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description Of the claimed calls in the range before. */
                            readonly claimedCostBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description In the range before; null where there is none. */
                            readonly costBefore?: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly email: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            /** @description Until the first chunk, of calls that state it. */
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
                        /** @description Users that match; on the first page. */
                        readonly total: number | null;
                        /** @description Their figures together; on the first page, unless `totals=false`. */
                        readonly totals: {
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
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
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
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
                        /** @description Per call that has a price. */
                        readonly averageCost: number | null;
                        readonly cachedTokens: number;
                        readonly calls: number;
                        readonly callsBefore: number | null;
                        /** @description Only browsers have sent this id. */
                        readonly claimed: boolean;
                        /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                        readonly claimedCalls: number;
                        readonly claimedCallsBefore: number | null;
                        /** @description US dollars of the claimed calls. */
                        readonly claimedCost: number | null;
                        /** @description Of the claimed calls in the range before. */
                        readonly claimedCostBefore: number | null;
                        /** @description The same as an exact decimal. */
                        readonly claimedCostExact: string | null;
                        readonly claimedInputTokens: number;
                        readonly claimedOutputTokens: number;
                        /** @description US dollars; null where calls have no price and the others cost nothing. */
                        readonly cost: number | null;
                        /** @description In the range before; null where there is none. */
                        readonly costBefore: number | null;
                        /** @description The same as an exact decimal. */
                        readonly costExact: string | null;
                        readonly email: string | null;
                        readonly errors: number;
                        /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                        readonly estimatedCalls: number;
                        /** @description Until the first chunk, of calls that state it. */
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
                         * @description When no file of the store holds what was deleted any more. A restart meanwhile finishes it.
                         */
                        readonly filesRemovedBy: string;
                        readonly receipt: string;
                        /** @description SHA-256 of the id, which itself is not kept. */
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
                        /** @description Per call that has a price. */
                        readonly averageCost: number | null;
                        readonly cachedTokens: number;
                        readonly calls: number;
                        readonly callsBefore?: number | null;
                        /** @description Only browsers have sent this id. */
                        readonly claimed: boolean;
                        /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                        readonly claimedCalls: number;
                        readonly claimedCallsBefore?: number | null;
                        /** @description US dollars of the claimed calls. */
                        readonly claimedCost: number | null;
                        /** @description Of the claimed calls in the range before. */
                        readonly claimedCostBefore?: number | null;
                        /** @description The same as an exact decimal. */
                        readonly claimedCostExact: string | null;
                        readonly claimedInputTokens: number;
                        readonly claimedOutputTokens: number;
                        /** @description US dollars; null where calls have no price and the others cost nothing. */
                        readonly cost: number | null;
                        /** @description In the range before; null where there is none. */
                        readonly costBefore?: number | null;
                        /** @description The same as an exact decimal. */
                        readonly costExact: string | null;
                        readonly email: string | null;
                        readonly errors: number;
                        /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                        readonly estimatedCalls: number;
                        /** @description Until the first chunk, of calls that state it. */
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
                        /** @description No budget is used up. */
                        readonly allowed: boolean;
                        readonly budgets: readonly {
                            readonly budget: string;
                            /**
                             * Format: date-time
                             * @description At the pace of the period so far; null if not in this period.
                             */
                            readonly exhaustedAt: string | null;
                            /** Format: date-time */
                            readonly from: string;
                            readonly id: string;
                            readonly isExceeded: boolean;
                            /** @description Negative where more was spent. */
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
                            /** @description Calls of the period that have no price: with one or more, at least `spent` was spent. */
                            readonly unpricedCalls: number;
                            readonly usd: string;
                        }[];
                        /** @description US dollars of the tightest budget; null where there is none. */
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
                /** @description `nextCursor` of the page before. */
                readonly cursor?: string;
                /** @description Only calls that failed, or only those that did not. */
                readonly errors?: boolean;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                readonly limit?: number;
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                readonly thread?: string;
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
                readonly to?: string;
                /** @description Only calls without a price, or only those with one. */
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
                             * @description How the user was found.
                             * @enum {unknown}
                             */
                            readonly attributedBy: "own" | "ancestor" | "resource" | "trace" | null;
                            readonly cachedTokens: number;
                            readonly cost: number | null;
                            readonly costAsOf: string | null;
                            /** @description Exact; another figure than costExact after a repricing. */
                            readonly costAtCall: string | null;
                            readonly costExact: string | null;
                            /** @enum {unknown} */
                            readonly costSource: "list" | "custom" | "provider" | "computed" | "unbilled" | null;
                            readonly durationMs: number;
                            readonly error: string | null;
                            readonly estimated: boolean;
                            readonly inputTokens: number;
                            /**
                             * @description Set where the clock of the sender was wrong: `at` is after the call was received, or before 2015.
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
                            /** @description Only a browser says who it is for. */
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
                /** @description `nextCursor` of the page before. */
                readonly cursor?: string;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                /** @description May be repeated: any of the values. */
                readonly group?: readonly string[];
                /** @description Any of `trend`, `median`, `before`, `latency` and `threads`, with commas. `threads` is always there. */
                readonly include?: string;
                readonly limit?: number;
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description `prop.KEY=value`: users whose property KEY is that value. May be repeated. */
                readonly prop?: {
                    readonly [key: string]: string;
                };
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description Part of an id, a name, an email or a property. */
                readonly q?: string;
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                readonly sort?: "cost" | "calls" | "tokens" | "cached" | "errors" | "lastSeen" | "firstSeen" | "name" | "change" | "p50" | "p95" | "p99" | "firstChunk" | "average" | "median" | "threads";
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
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
                        readonly position: number;
                        readonly previous: {
                            readonly id: string;
                            readonly name: string | null;
                        } | null;
                        readonly total: number;
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
                /** @description `nextCursor` of the page before. */
                readonly cursor?: string;
                /** @description Only threads with a failed call, or only those without. */
                readonly errors?: boolean;
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                /** @description `title`: the first message of the user. */
                readonly include?: "title";
                readonly limit?: number;
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                readonly order?: "asc" | "desc";
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description Part of the id of a thread, or of what is known of its user. */
                readonly q?: string;
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                readonly sort?: "lastSeen" | "firstSeen" | "cost" | "calls" | "tokens" | "errors";
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
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
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
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
                /** @description By tag, a call with two tags counts under each of them; `total` has it once. */
                readonly by?: "model" | "service" | "tag" | "provider" | "operation" | "group";
                /** @description ISO 8601 or milliseconds since 1970. Inclusive; sums move it back to the quarter of an hour. */
                readonly from?: string;
                /** @description May be repeated: any of the values. */
                readonly model?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly operation?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly provider?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly service?: readonly string[];
                /** @description May be repeated: any of the values. */
                readonly tag?: readonly string[];
                /** @description ISO 8601 or milliseconds since 1970. Exclusive; sums move it on to the quarter of an hour. Without it, a range that begins before now ends now. */
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
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
                            readonly cost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly costExact: string | null;
                            readonly email?: string | null;
                            readonly errors: number;
                            /** @description Calls whose tokens their client counted itself, usually too few: the sums are estimates in so far. */
                            readonly estimatedCalls: number;
                            readonly group?: string | null;
                            readonly inputTokens: number;
                            /** @description Of `by`; null for calls without one: no tag, no user. */
                            readonly key: string | null;
                            /** @description Average. */
                            readonly latencyMs: number | null;
                            readonly model?: string | null;
                            readonly name?: string | null;
                            readonly outputTokens: number;
                            readonly pricedCalls: number;
                            readonly provider?: string | null;
                            readonly reasoningTokens: number;
                            readonly unpricedCalls: number;
                        }[];
                        /** @description Only `by=user`, which is read in pages. */
                        readonly nextCursor?: string | null;
                        readonly range: {
                            /** Format: date-time */
                            readonly from: string | null;
                            /** Format: date-time */
                            readonly to: string | null;
                        };
                        /** @description Every call once. By tag, rows add up to more: a call with two tags counts under each of them. */
                        readonly total: {
                            /** @description Per call that has a price. */
                            readonly averageCost: number | null;
                            readonly cachedTokens: number;
                            readonly calls: number;
                            /** @description Calls that a browser key sent, or whose user only a browser names: beside `calls` (`--claimed separate`, the default), a part of them (`count`), or 0 (`ignore`). */
                            readonly claimedCalls: number;
                            /** @description US dollars of the claimed calls. */
                            readonly claimedCost: number | null;
                            /** @description The same as an exact decimal. */
                            readonly claimedCostExact: string | null;
                            readonly claimedInputTokens: number;
                            readonly claimedOutputTokens: number;
                            /** @description US dollars; null where calls have no price and the others cost nothing. */
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
