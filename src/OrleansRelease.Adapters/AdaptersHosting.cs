using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansRelease.Adapters.Resilience;

namespace OrleansRelease.Adapters;

/// <summary>Registers the adapters; each is found among its port's implementations by its name.</summary>
public static class AdaptersHosting
{
    public static IServiceCollection AddReleaseAdapters(this IServiceCollection services, AdaptersOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<Pipelines>();
        return services;
    }
}
