namespace OrleansRelease.EndToEnd.Tests.Faults;

/// <summary>What callers do to the system.</summary>
internal static class CallerFaults
{
    private const int Copies = 16;

    private static readonly TimeSpan Since = TimeSpan.FromSeconds(2);

    /// <summary>Every command of the round comes this often at once, under its key, through both gateways.</summary>
    public static readonly FaultKind Repeated = new("bursts of commands with one key", async struck =>
    {
        await Pace.ForAsync(Since);
        return null;
    })
    {
        IsQuick = true,
        Copies = Copies,
        WhyUnproven = seen => seen.Given.Any(command => command.Replies.Count(reply => reply.IsAnswer) >= Copies)
            ? null
            : $"no command was answered {Copies} times",
    };
}
