using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains.Tests.Harness;

/// <summary>The real ones, but for one of them.</summary>
internal sealed class TamperedSpecs : ISpecs
{
    private ISpecs _inner = null!;

    public string Hash { get; set; } = "";

    public Func<string, string?>? Instead { get; set; }

    public void Wrap(IServiceCollection services)
    {
        var real = services.Last(service => service.ServiceType == typeof(ISpecs)).ImplementationType!;
        services.AddSingleton<ISpecs>(provider =>
        {
            _inner = (ISpecs)ActivatorUtilities.CreateInstance(provider, real);
            return this;
        });
    }

    public Task<string> PutAsync(string text, CancellationToken cancellation) =>
        _inner.PutAsync(text, cancellation);

    public async Task<string?> GetAsync(string hash, CancellationToken cancellation)
    {
        var text = await _inner.GetAsync(hash, cancellation);
        return hash == Hash && Instead is { } instead && text is not null ? instead(text) : text;
    }
}
