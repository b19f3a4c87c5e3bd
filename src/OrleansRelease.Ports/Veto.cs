using OrleansRelease.Core.Effects;

namespace OrleansRelease.Ports;

/// <summary>
/// Asked at the last moment before a call changes something, however long it has prepared for that: a text is why it
/// must not be begun any more.
/// </summary>
public delegate ValueTask<string?> Veto(CancellationToken cancellation);

/// <summary>How an adapter asks.</summary>
public static class Vetoes
{
    /// <summary>The outcome of a call that must not be begun; null when it may, as without any veto.</summary>
    public static async ValueTask<Outcome?> AskAsync(this Veto? veto, CancellationToken cancellation) =>
        veto is not null && await veto(cancellation) is { } why ? new Outcome.NotBegun(why) : null;
}
