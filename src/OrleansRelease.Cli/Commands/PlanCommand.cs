using System.CommandLine;
using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Cli.Commands;

/// <summary><c>orel plan</c></summary>
internal static class PlanCommand
{
    public static Command Create(SessionOpener open)
    {
        var command = new Command("plan",
            """
            What a start would do, forward and back, and the bound of the way back. Changes nothing.
            Exit status 1 when the start would be refused. A release needs no environment where it can mean only one:
            of a way back that is where it is or was, else where it goes.

            Examples:
              orel plan checkout -e production --version 3.2.0
              orel plan shop-2026.11.3 -e production
              orel plan shop-2026.11.3 --back
              orel plan shop-2026.11.3 -e production --back -o script > back.sh
            """);
        var subject = new Argument<string>("RELEASE|SERVICE")
        {
            Description = "a release; or a service, with --version",
        };
        var environment = Options.Environment(required: false);
        var version = new Option<string?>("--version")
        {
            Description = "of a service: the version to move to",
            HelpName = "VERSION",
        };
        var back = new Option<bool>("--back")
        {
            Description = "of a release: its way back; before it begins, as it would be if everything had happened",
        };
        var emergency = Options.Emergency();
        var output = GlobalOptions.WithScript();
        command.Arguments.Add(subject);
        foreach (var option in new Option[] { environment, version, emergency, back, output })
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(version) is not null && result.GetValue(environment) is null)
                result.AddError("of a service say where: orel plan SERVICE -e ENVIRONMENT --version VERSION");
            if (result.GetValue(back) && result.GetValue(version) is not null)
                result.AddError("--back is for a release: write orel plan RELEASE -e ENVIRONMENT --back");
            if (result.GetValue(emergency) is not null && result.GetValue(version) is null)
                result.AddError("--emergency is for a service with --version; a release has it in its manifest");
            if (result.GetValue(output) == GlobalOptions.Script && !result.GetValue(back))
                result.AddError("only a way back is a script: orel plan RELEASE -e ENVIRONMENT --back -o script");
        });
        command.SetAction((parsed, cancellation) => open.RunAsync(parsed, session =>
        {
            var (name, where) = (parsed.GetValue(subject)!, parsed.GetValue(environment));
            if (parsed.GetValue(version) is { } wanted)
                return RolloutAsync(session, Start(name, where!, wanted, parsed.GetValue(emergency)), cancellation);
            var isBack = parsed.GetValue(back);
            return SomewhereAsync(session, name, where, isBack, there =>
                parsed.GetValue(output) == GlobalOptions.Script
                    ? ScriptAsync(session, new { release = name, environment = there }, cancellation)
                    : ReleaseAsync(session, name, there, isBack, cancellation), cancellation);
        }, output));
        return command;
    }

    private static object Start(string service, string environment, string version, string? emergency) =>
        new { service, environment, version, emergency };

    private static async Task<int> RolloutAsync(Session session, object body, CancellationToken cancellation)
    {
        var reply = await session.Api.AskAsync("/api/v1/plans", body, cancellation);
        var told = await session.TellAsync(
            reply, json => PlanText.Of(
                Vocabulary.Read<RolloutPlan>(json), session.Around.Time.GetUtcNow(), session.Around.Width));
        return reply is Reply.Answered { Json: var plan } && !Vocabulary.Read<RolloutPlan>(plan).IsReady
            ? ExitCode.Refused
            : told;
    }

    private static async Task<int> SomewhereAsync(
        Session session, string release, string? environment, bool back, Func<string, Task<int>> act,
        CancellationToken cancellation)
    {
        if (environment is not null) return await act(environment);
        var (places, problem) = await ReleasePlaces.OfAsync(session, release, back, cancellation);
        if (problem is not null)
        {
            var code = await session.TellProblemAsync(problem);
            await TellOfServicesAsync(session, problem);
            return code;
        }

        if (places is [var only]) return await act(only);
        await session.Around.Error.WriteLineAsync(
            $"{release} may mean {string.Join(", ", places)}: say which with -e ENVIRONMENT");
        return ExitCode.Usage;
    }

    private static async Task TellOfServicesAsync(Session session, Reply reply)
    {
        if (reply is Reply.Refused { Problem.Code: Core.Commands.RefusalCodes.NotFound })
        {
            await session.Around.Error.WriteLineAsync(
                "next      of a service: orel plan SERVICE -e ENVIRONMENT --version VERSION");
        }
    }

    // As it is, without a line of ours: it goes to a file that a shell reads.
    private static async Task<int> ScriptAsync(Session session, object body, CancellationToken cancellation)
    {
        var reply = await session.Api.AskAsync("/api/v1/plans/releases/script", body, cancellation);
        if (reply is not Reply.Answered { Json: var json }) return await session.TellProblemAsync(reply);
        await session.Around.Out.WriteAsync(Vocabulary.Read<ScriptAnswer>(json).Script);
        return ExitCode.Good;
    }

    /// <summary>A script as the API tells it.</summary>
    private sealed record ScriptAnswer(string Script);

    private static async Task<int> ReleaseAsync(
        Session session, string release, string environment, bool back, CancellationToken cancellation)
    {
        // What has begun goes back in a way of its own: as if it were started now would be another one.
        if (back && await BegunAsync(session, release, environment, cancellation) is { } told) return told;
        var body = new { release, environment };
        var reply = await session.Api.AskAsync("/api/v1/plans/releases", body, cancellation);
        var (now, width) = (session.Around.Time.GetUtcNow(), session.Around.Width);
        var code = await session.TellAsync(reply, json => back
            ? ReleasePlanText.Back(Vocabulary.Read<ReleasePlan>(json), width)
            : ReleasePlanText.Of(Vocabulary.Read<ReleasePlan>(json), now, width));
        await TellOfServicesAsync(session, reply);
        return reply is Reply.Answered { Json: var plan } && !Vocabulary.Read<ReleasePlan>(plan).IsReady
            ? ExitCode.Refused
            : code;
    }

    private static async Task<int?> BegunAsync(
        Session session, string release, string environment, CancellationToken cancellation)
    {
        var path = ReleaseCommand.PathOf(release, environment);
        var reply = await session.Api.GetAsync($"{path}/plan", cancellation);
        if (reply is not Reply.Answered { Json: var json }) return null;
        if (Vocabulary.Read<WhatIsThere>(json).Now is not { } there) return null;
        if (there.Reverses is null && !await IsUnderWayAsync(session, path, cancellation)) return null;
        return await session.TellAsync(reply, text =>
            ReleaseText.OfPlans(
                Vocabulary.Read<PlansAnswer>(text), session.Around.Time.GetUtcNow(), session.Around.Width));
    }

    private static async Task<bool> IsUnderWayAsync(Session session, string path, CancellationToken cancellation) =>
        await session.Api.GetAsync(path, cancellation) is Reply.Answered { Json: var json }
            && Vocabulary.Read<PhaseThere>(json).Phase is PassagePhase.Pending or PassagePhase.Progressing
                or PassagePhase.Paused or PassagePhase.RollingBack or PassagePhase.Stabilising or PassagePhase.Failed;

    /// <summary>Of the way back of a release, as the API tells it; with what has completed and is taken back.</summary>
    private sealed record WhatIsThere(WayBackThere? Now);

    private sealed record WayBackThere(PassageId? Reverses);

    /// <summary>Of a release in an environment, as the API tells it.</summary>
    private sealed record PhaseThere(PassagePhase? Phase);
}
