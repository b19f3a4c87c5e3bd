using OrleansRelease.Cli.Connection;
using OrleansRelease.Cli.Texts;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Cli.Commands;

/// <summary>Follows one release on its way to its end, a line for each change.</summary>
internal sealed class ReleaseWatching(Session session, string path)
{
    private string _last = "";

    public static Task<int> RunAsync(
        Session session, string release, string path, CancellationToken cancellation)
    {
        var watching = new ReleaseWatching(session, path);
        return Following.RunAsync(
            session, $"release={Uri.EscapeDataString(release)}", watching.Away, () => watching.LookAsync(cancellation),
            cancellation);
    }

    private void Away()
    {
        if (_last == nameof(Away)) return;
        _last = nameof(Away);
        session.Around.Error.WriteLine("the server does not answer; looking for it again (the release goes on)");
    }

    private async Task<(bool IsAnswered, int? Exit)> LookAsync(CancellationToken cancellation)
    {
        var reply = await session.Api.GetAsync($"{path}/state", cancellation);
        if (reply is not Reply.Answered { Json: var json }) return await Following.NoLookAsync(session, reply);
        var seen = Vocabulary.Read<ReleaseAnswer>(json);
        var there = new List<WatchedPassage>();
        foreach (var one in seen.Environments.Where(one => one.Passage is not null && IsMoving(one.Phase)))
        {
            var moving = await session.Api.GetAsync($"{path}/environments/{one.Environment}", cancellation);
            if (moving is Reply.Answered { Json: var passage }) there.Add(Vocabulary.Read<WatchedPassage>(passage));
        }

        await ShowAsync(ReleaseText.Line(seen, there), json);
        if (seen.Phase == ReleasePhase.Stopped)
        {
            return await IsBackAsWantedAsync(seen, cancellation) is { } isBack
                ? (true, isBack ? ExitCode.Good : ExitCode.Refused)
                : (false, null);
        }

        return (true, seen.Phase == ReleasePhase.Succeeded ? ExitCode.Good
            : there.Any(one => one.Phase == PassagePhase.Failed) ? ExitCode.Refused
            : null);
    }

    // What a person wanted back is back: that it leads nowhere from then on is no failure. Null: no answer.
    private async Task<bool?> IsBackAsWantedAsync(ReleaseAnswer seen, CancellationToken cancellation)
    {
        if (seen.Environments.Where(one => one.UpdatedAt is not null).MaxBy(one => one.UpdatedAt)
            is not { Phase: PassagePhase.RolledBack } newest)
        {
            return false;
        }

        return await session.Api.GetAsync($"{path}/environments/{newest.Environment}", cancellation)
            is Reply.Answered { Json: var json }
            ? Vocabulary.Read<WatchedPassage>(json).State.Stage
                is PassageStage.Ended { As: PassagePhase.RolledBack, Cause: PassageCause.Reversed }
            : null;
    }

    private async Task ShowAsync(string line, string json)
    {
        if (line == _last) return;
        _last = line;
        var now = session.Around.Time.GetUtcNow();
        await session.Around.Out.WriteLineAsync(session.IsJson ? json : $"{Readable.Clock(now, now)} {line}");
        await session.Around.Out.FlushAsync();
    }

    private static bool IsMoving(PassagePhase? phase) => phase is not (null or PassagePhase.Succeeded
        or PassagePhase.Partial or PassagePhase.RolledBack or PassagePhase.Cancelled or PassagePhase.Superseded);
}
