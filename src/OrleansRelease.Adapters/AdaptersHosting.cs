using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansRelease.Adapters.Hooks;
using OrleansRelease.Adapters.Metrics.Http;
using OrleansRelease.Adapters.Metrics.Memory;
using OrleansRelease.Adapters.Metrics.Prometheus;
using OrleansRelease.Adapters.Monitors;
using OrleansRelease.Adapters.Outgoing;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Adapters.Targets.Memory;
using OrleansRelease.Adapters.Targets.Process;
using OrleansRelease.Adapters.Targets.Webhook;
using OrleansRelease.Adapters.Traces.Memory;
using OrleansRelease.Adapters.Traces.Tempo;
using OrleansRelease.Adapters.Traffic.Memory;
using OrleansRelease.Adapters.Traffic.Yarp;
using OrleansRelease.Adapters.Webhooks;
using OrleansRelease.Ports.ByHand;
using OrleansRelease.Ports.Hooks;
using OrleansRelease.Ports.Metrics;
using OrleansRelease.Ports.Monitors;
using OrleansRelease.Ports.Targets;
using OrleansRelease.Ports.Traces;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Adapters;

/// <summary>Registers the adapters; each is found among its port's implementations by its name.</summary>
public static class AdaptersHosting
{
    public static IServiceCollection AddReleaseAdapters(this IServiceCollection services, AdaptersOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<Pipelines>();
        services.AddSingleton<OutgoingHttp>();
        services.AddSingleton<ITarget, ProcessTarget>();
        services.AddSingleton<WebhookClient>();
        services.AddSingleton<ITarget, WebhookTarget>();
        services.TryAddSingleton<IHooks, WebhookHooks>();
        services.TryAddSingleton<IChecks, HttpChecks>();
        services.AddHostedService<ProcessSupervisor>();
        services.AddSingleton<ITraffic, YarpTraffic>();
        services.AddSingleton<IMetrics, HttpMetrics>();
        services.AddSingleton<PrometheusMetrics>();
        services.AddSingleton<IMetrics>(provider => provider.GetRequiredService<PrometheusMetrics>());
        services.AddSingleton<IMetricRanges>(provider => provider.GetRequiredService<PrometheusMetrics>());
        services.AddSingleton<ITraces, TempoTraces>();
        services.AddSingleton<ITargetByHand, ProcessByHand>();
        services.AddSingleton<ITrafficByHand, YarpByHand>();
        if (options.WithMemory)
        {
            services.TryAddSingleton<MemoryTarget>();
            services.AddSingleton<ITarget>(provider => provider.GetRequiredService<MemoryTarget>());
            services.TryAddSingleton<MemoryTraffic>();
            services.AddSingleton<ITraffic>(provider => provider.GetRequiredService<MemoryTraffic>());
            services.TryAddSingleton<MemoryMetrics>();
            services.AddSingleton<IMetrics>(provider => provider.GetRequiredService<MemoryMetrics>());
            services.AddSingleton<IMetricRanges>(provider => provider.GetRequiredService<MemoryMetrics>());
            services.TryAddSingleton<MemoryTraces>();
            services.AddSingleton<ITraces>(provider => provider.GetRequiredService<MemoryTraces>());
        }

        return services;
    }
}
