using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel get</c></summary>
internal static class GetCommand
{
    private static readonly Dictionary<string, string> Plurals = new(StringComparer.OrdinalIgnoreCase)
    {
        ["service"] = "services",
        ["services"] = "services",
        ["environment"] = "environments",
        ["environments"] = "environments",
        ["analysistemplate"] = "analysistemplates",
        ["analysistemplates"] = "analysistemplates",
        ["strategy"] = "strategies",
        ["strategies"] = "strategies",
        ["monitor"] = "monitors",
        ["monitors"] = "monitors",
        ["release"] = "releases",
        ["releases"] = "releases",
        ["rollout"] = "rollouts",
        ["rollouts"] = "rollouts",
        ["slot"] = "slots",
        ["slots"] = "slots",
        ["inquiry"] = "inquiries",
        ["inquiries"] = "inquiries",
        ["rules"] = "rules",
    };

    private const string Description =
        """
        Shows what is there: services, environments, analysistemplates, strategies, monitors, releases, rollouts,
        slots, and inquiries: which services got worse while rollouts moved, and because of which. And rules: by which
        Prometheus judges the SLOs of an environment, as a file that it loads.

        Examples:
          orel get services
          orel get service checkout
          orel get service checkout --effective -e production
          orel get release shop-2026.11.3
          orel get rollouts -e production --phase Paused
          orel get slots -e production
          orel get slot checkout.production
          orel get inquiries -e production --phase Open
          orel get inquiry checkout.production
          orel get rules -e production > slo-rules.yaml
          orel get rules -e production -s checkout > checkout-rules.yaml
        """;

    public static Command Create(SessionOpener open)
    {
        var command = new Command("get", Description);
        var kind = new Argument<string>("KIND");
        var name = new Argument<string?>("NAME") { Arity = ArgumentArity.ZeroOrOne };
        var effective = new Option<bool>("--effective") { Description = "with every default and where it comes from" };
        var service = new Option<string?>("--service", "-s")
        {
            Description = "only this service's rollouts, slots, inquiries or rules",
        };
        var environment = Options.Environment(required: false);
        var phase = new Option<string?>("--phase") { Description = "only rollouts, slots or inquiries in this phase" };
        command.Arguments.Add(kind);
        command.Arguments.Add(name);
        foreach (var option in new Option[] { effective, service, environment, phase }) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(effective) && (result.GetValue(name) is null || result.GetValue(environment) is null))
                result.AddError("write: orel get service NAME --effective -e ENVIRONMENT");
            if (IsRules(result.GetValue(kind))
                && (result.GetValue(name) is not null || result.GetValue(environment) is null))
            {
                result.AddError("write: orel get rules -e ENVIRONMENT [-s SERVICE]");
            }

            if (!Plurals.ContainsKey(result.GetValue(kind) ?? ""))
                result.AddError($"KIND is one of {string.Join(", ", Plurals.Values.Distinct())}");
        });
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, session =>
        {
            var plural = Plurals[parsed.GetValue(kind)!];
            var wanted = parsed.GetValue(name);
            if (parsed.GetValue(effective))
            {
                var where = Escape(parsed.GetValue(environment));
                var path = $"{Escape(wanted)}/effective?environment={where}";
                return OneAsync(session, "services", path, cancellation);
            }

            if (plural == "rules")
                return Rules.RunAsync(session, parsed.GetValue(environment)!, parsed.GetValue(service), cancellation);
            if (wanted is not null && plural == "environments")
                return EnvironmentAsync(session, Escape(wanted), cancellation);
            if (wanted is not null) return OneAsync(session, plural, Escape(wanted), cancellation);
            var search = plural is "rollouts" or "slots" or "inquiries"
                ? Query(
                    ("service", parsed.GetValue(service)), ("environment", parsed.GetValue(environment)),
                    ("phase", parsed.GetValue(phase)))
                : "";
            return Listing.RunAsync(session, plural, search, cancellation);
        }));
        return command;
    }

    private static async Task<int> OneAsync(
        Session session, string plural, string path, CancellationToken cancellation) =>
        await session.TellAsync(
            await session.Api.GetAsync($"/api/v1/{plural}/{path}", cancellation),
            json => OneText.Of(plural, json, session.Around.Time.GetUtcNow()));

    // Its freeze is no part of its manifest, and is what somebody who looks has to see first.
    private static async Task<int> EnvironmentAsync(Session session, string name, CancellationToken cancellation)
    {
        var path = $"/api/v1/environments/{name}";
        var manifest = await session.Api.GetAsync(path, cancellation);
        var freeze = manifest is Reply.Answered && !session.IsJson
            ? await session.Api.GetAsync($"{path}/freeze", cancellation)
            : null;
        return await session.TellAsync(manifest, json => OneText.OfEnvironment(
            json, (freeze as Reply.Answered)?.Json, session.Around.Time.GetUtcNow()));
    }

    private static bool IsRules(string? kind) => "rules".Equals(kind, StringComparison.OrdinalIgnoreCase);

    private static string Query(params (string Name, string? Value)[] wanted) => string.Concat(wanted
        .Where(part => part.Value is not null).Select(part => $"&{part.Name}={Escape(part.Value)}"));

    private static string Escape(string? text) => Uri.EscapeDataString(text ?? "");
}
