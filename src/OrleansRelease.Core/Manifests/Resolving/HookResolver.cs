using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Specs;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>A hook with every limit that it is carried out by, and that it is undone by.</summary>
internal sealed class HookResolver(Ledger ledger, Fill fill, string path, string origin)
{
    private static readonly EffectLimits BuiltIn = new(TimeSpan.FromMinutes(1), 3, TimeSpan.FromSeconds(2));

    public HookSpec Resolve(StepSpec.Hook hook)
    {
        ledger.Note($"{path}.name", hook.Name, origin);
        ledger.Note($"{path}.url", hook.Url, origin);
        if (hook.Key is { } key)
            ledger.Note(key.Env is null ? $"{path}.key.file" : $"{path}.key.env", key.Env ?? key.File!, origin);
        var storesFences = ledger.Pick(
            $"{path}.storesFences", said => said ? "true" : "false", false, [(hook.StoresFences, origin)]);
        var limits = Limits(path, hook.Retry, BuiltIn);
        return new(
            hook.Name, new Uri(fill.Address(hook.Url)), hook.Key!, limits, storesFences,
            hook.Undo is null ? null : Undo(hook, hook.Undo, limits));
    }

    private HookUndo Undo(StepSpec.Hook hook, HookUndoSpec undo, EffectLimits limits)
    {
        var url = ledger.PickText($"{path}.undo.url", hook.Url, [(undo.Url, origin)]);
        return new(new Uri(fill.Address(url)), Limits($"{path}.undo", undo.Retry, limits));
    }

    private EffectLimits Limits(string at, RetrySpec? said, EffectLimits otherwise) => new(
        ledger.Pick($"{at}.timeout", Duration.Format, otherwise.Timeout, [(said?.Timeout, origin)]),
        ledger.Pick($"{at}.attempts", Ledger.Plain, otherwise.Attempts, [(said?.Attempts, origin)]),
        ledger.Pick($"{at}.backoff", Duration.Format, otherwise.Backoff, [(said?.Backoff, origin)]));
}
