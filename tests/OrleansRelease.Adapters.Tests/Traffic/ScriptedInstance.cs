using Microsoft.AspNetCore.Http;
using OrleansRelease.Adapters.Tests.Metrics;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Adapters.Tests.Traffic;

/// <summary>An instance that is asked for its version and what it has counted.</summary>
internal sealed class ScriptedInstance : IAsyncDisposable
{
    private readonly Source _source;

    private ScriptedInstance(Source source, string version)
    {
        _source = source;
        _source.Answer = context => context.Response.WriteAsync(
            Vocabulary.Write(new { version = IsSilent ? "?" : version, requests = Counts(Looks++) }));
    }

    public Uri Address => _source.Url;

    /// <summary>It does not say what it has counted.</summary>
    public bool IsSilent { get; set; }

    /// <summary>What it says at the n-th look.</summary>
    public Func<int, long> Counts { get; set; } = _ => 0;

    public int Looks { get; private set; }

    public static async Task<ScriptedInstance> StartAsync(string version)
    {
        var instance = new ScriptedInstance(await Source.StartAsync(), version);
        // The first answer of a process may take longer than one is waited for on a way back.
        using var http = new HttpClient();
        await http.GetStringAsync(instance.Address);
        instance.Looks = 0;
        return instance;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
