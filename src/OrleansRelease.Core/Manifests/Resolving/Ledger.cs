using System.Globalization;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Specs;

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

    /// <summary>How a number is shown.</summary>
    public static string Plain(int number) => number.ToString(CultureInfo.InvariantCulture);

    public void Note(string path, string value, string origin) => Values.Add(new EffectiveValue(path, value, origin));

    /// <summary>Where a secret is, which is all that is known of it.</summary>
    public void NoteSecret(string path, SecretRef? secret, string origin)
    {
        if (secret is null) return;
        Note(secret.Env is null ? $"{path}.file" : $"{path}.env", secret.Env ?? secret.File!, origin);
    }

    /// <summary>Where everything is by which somebody is known to an address.</summary>
    public void NoteAccess(
        string path, (SecretRef? Bearer, BasicCredentials? Basic, SecretRef? Ca, ClientCertificate? Certificate) access,
        string origin)
    {
        NoteSecret($"{path}.bearer", access.Bearer, origin);
        if (access.Basic is { } basic)
        {
            Note($"{path}.basic.user", basic.User, origin);
            NoteSecret($"{path}.basic.password", basic.Password, origin);
        }

        NoteSecret($"{path}.ca", access.Ca, origin);
        NoteSecret($"{path}.clientCertificate.certificate", access.Certificate?.Certificate, origin);
        NoteSecret($"{path}.clientCertificate.key", access.Certificate?.Key, origin);
    }

    public void Refuse(string code, string reason, string accepted) =>
        Refusals.Add(new Refusal(code, reason, accepted));

    /// <summary>The first layer that says something, else what is built in.</summary>
    public T Pick<T>(string path, Func<T, string> show, T builtIn, IEnumerable<(T? Value, string Origin)> layers)
        where T : struct
    {
        if (PickIfSaid(path, show, layers) is { } said) return said;
        Note(path, show(builtIn), BuiltInOrigin);
        return builtIn;
    }

    /// <summary>The first layer that says something; what nobody says is not shown.</summary>
    public T? PickIfSaid<T>(string path, Func<T, string> show, IEnumerable<(T? Value, string Origin)> layers)
        where T : struct
    {
        foreach (var (value, origin) in layers)
        {
            if (value is not { } said) continue;
            Note(path, show(said), origin);
            return said;
        }

        return null;
    }

    /// <summary>The first text that is said, else what is built in.</summary>
    public string PickText(string path, string builtIn, IEnumerable<(string? Value, string Origin)> layers)
    {
        var said = layers.FirstOrDefault(layer => layer.Value is not null);
        var (value, origin) = said.Value is null ? (builtIn, BuiltInOrigin) : (said.Value, said.Origin);
        Note(path, value, origin);
        return value;
    }
}
