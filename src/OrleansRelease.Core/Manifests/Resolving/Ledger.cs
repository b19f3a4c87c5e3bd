using OrleansRelease.Core.Commands;

namespace OrleansRelease.Core.Manifests.Resolving;

/// <summary>
/// Notes every value that is chosen with where it came from, and everything that is missing. Resolving a rollout and
/// showing what is effective are the same walk, so what is shown is what will be used.
/// </summary>
internal sealed class Ledger
{
    public const string BuiltInOrigin = "built-in";

    public List<EffectiveValue> Values { get; } = [];

    public List<Refusal> Refusals { get; } = [];

    public void Note(string path, string value, string origin) => Values.Add(new EffectiveValue(path, value, origin));

    public void Refuse(string code, string reason, string accepted) =>
        Refusals.Add(new Refusal(code, reason, accepted));

    /// <summary>The first layer that says something, else what is built in.</summary>
    public T Pick<T>(
        string path, Func<T, string> show, T builtIn, params ReadOnlySpan<(T? Value, string Origin)> layers)
        where T : struct
    {
        var (value, origin) = (builtIn, BuiltInOrigin);
        foreach (var layer in layers)
        {
            if (layer.Value is not { } said) continue;
            (value, origin) = (said, layer.Origin);
            break;
        }

        Note(path, show(value), origin);
        return value;
    }

    /// <summary>The first layer that says something; what nobody says is not shown.</summary>
    public T? PickIfSaid<T>(string path, Func<T, string> show, params ReadOnlySpan<(T? Value, string Origin)> layers)
        where T : struct
    {
        foreach (var layer in layers)
        {
            if (layer.Value is not { } said) continue;
            Note(path, show(said), layer.Origin);
            return said;
        }

        return null;
    }

    /// <summary>The first text that is said, else what is built in.</summary>
    public string PickText(string path, string builtIn, params ReadOnlySpan<(string? Value, string Origin)> layers)
    {
        var (value, origin) = (builtIn, BuiltInOrigin);
        foreach (var layer in layers)
        {
            if (layer.Value is null) continue;
            (value, origin) = (layer.Value, layer.Origin);
            break;
        }

        Note(path, value, origin);
        return value;
    }
}
