using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Harness;

/// <summary>The real ones, but for one of them, and the next one is stored when something else is done.</summary>
internal sealed class TamperedSpecs : ISpecs
{
    private ISpecs _inner = null!;
    private Func<Task>? _before;

    public string Hash { get; set; } = "";

    public Func<string, string?>? Instead { get; set; }

    public void BeforeTheNext(Func<Task> done) => _before = done;

    public void Wrap(IServiceCollection services)
    {
        var real = services.Last(service => service.ServiceType == typeof(ISpecs)).ImplementationType!;
        services.AddSingleton<ISpecs>(provider =>
        {
            _inner = (ISpecs)ActivatorUtilities.CreateInstance(provider, real);
            return this;
        });
    }

    public async Task<string> PutAsync(string text, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _before, null) is { } before) await before();
        return await _inner.PutAsync(text, cancellation);
    }

    public async Task<string?> GetAsync(string hash, CancellationToken cancellation)
    {
        var text = await _inner.GetAsync(hash, cancellation);
        return hash == Hash && Instead is { } instead && text is not null ? instead(text) : text;
    }
}
