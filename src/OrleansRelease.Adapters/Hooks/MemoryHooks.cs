using System.Collections.Immutable;
using OrleansRelease.Core.Effects;
using OrleansRelease.Ports;
using OrleansRelease.Ports.Hooks;

namespace OrleansRelease.Adapters.Hooks;

/// <summary>
/// Hooks that do nothing: what was asked for is written down, once for each id. One instance is one outside world.
/// </summary>
public sealed class MemoryHooks : IHooks
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _ids = [];

    /// <summary>Asked for every call that is let through; null lets it pass unharmed.</summary>
    public Func<HookCall, Outcome?>? Faults { get; set; }

    /// <summary>What was done, in order: <c>run NAME</c> and <c>undo NAME</c>.</summary>
    public ImmutableArray<string> Done { get; private set; } = [];

    public async Task<Outcome> CallAsync(HookCall call, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (await call.Veto.AskAsync(cancellation) is { } vetoed) return vetoed;
        if (Faults?.Invoke(call) is { } fault) return fault;
        lock (_lock)
        {
            if (_ids.Add(WebhookHooks.IdOf(call)))
                Done = Done.Add($"{(call.IsUndo ? "undo" : "run")} {call.Hook.Name}");
        }

        return new Outcome.Applied();
    }
}
