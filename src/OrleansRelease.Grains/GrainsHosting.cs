using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Serialization;
using OrleansRelease.Contracts.Json;
using OrleansRelease.Core.Json;
using OrleansRelease.Grains.Durability;
using OrleansRelease.Grains.Effects;
using OrleansRelease.Grains.Freezes;
using OrleansRelease.Grains.Inquiries;
using OrleansRelease.Grains.Measuring;
using OrleansRelease.Grains.Monitors;
using OrleansRelease.Grains.Planning;
using OrleansRelease.Grains.Questions;
using OrleansRelease.Grains.Releases;
using OrleansRelease.Grains.Restoring;
using OrleansRelease.Grains.Slots;
using OrleansRelease.Grains.Wakeups;
using OrleansRelease.Ports.ByHand;
using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Grains;

/// <summary>Adds the grains, and what acts and wakes beside them, to a server.</summary>
public static class GrainsHosting
{
    /// <summary>The meter of what they count about themselves.</summary>
    public const string MeterName = "OrleansRelease";

    /// <summary>The source of what they add to traces.</summary>
    public const string TracesName = "OrleansRelease";

    /// <summary>
    /// Storage (the ports and the provider <c>rows</c>) and the adapters are added by the caller; so are other options
    /// than the usual ones.
    /// </summary>
    public static ISiloBuilder AddReleaseGrains(this ISiloBuilder silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        var services = silo.Services;
        services.AddReleaseContracts();
        // It goes along, empty, when a grain moves to another server, where the row is read again.
        services.AddSerializer(moved => moved.AddJsonSerializer(
            type => type == typeof(RowRecord), Vocabulary.Options));
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new RunnerOptions());
        services.TryAddSingleton(new WakeOptions());
        services.TryAddSingleton(new HandLookOptions());
        services.TryAddSingleton(new InquiryOptions());
        services.TryAddSingleton<ReleaseInstruments>();
        services.TryAddSingleton<RolloutInstruments>();
        services.TryAddSingleton<Adapters>();
        services.TryAddSingleton<Bulkheads>();
        services.TryAddSingleton<ReportPlaces>();
        services.TryAddSingleton<SpecCache>();
        services.TryAddSingleton<FreezeLook>();
        services.TryAddSingleton<HandGate>();
        services.TryAddSingleton<GroundGate>();
        services.TryAddSingleton<BudgetLook>();
        services.TryAddSingleton<TelemetryLook>();
        services.TryAddSingleton<Prechecks>();
        services.TryAddSingleton<Announcement>();
        services.TryAddSingleton<OutsideEffects>();
        services.TryAddSingleton<InsideEffects>();
        services.TryAddSingleton<EffectAttempts>();
        services.TryAddSingleton<Surroundings>();
        services.TryAddSingleton<Asking>();
        services.TryAddSingleton<Pasts>();
        services.TryAddSingleton<Expectations>();
        services.TryAddSingleton<BurnReader>();
        services.TryAddSingleton<Checker>();
        services.TryAddSingleton<SecondOpinions>();
        services.TryAddSingleton<MonitorLook>();
        services.AddGrainService<SecondOpinion>();
        services.TryAddSingleton<Reader>();
        services.TryAddSingleton<Sources>();
        services.TryAddSingleton<PassageSources>();
        services.TryAddSingleton<Doubts>();
        services.TryAddSingleton<PassageStart>();
        services.TryAddSingleton<PassageClaim>();
        services.TryAddSingleton<SoakSlots>();
        services.TryAddSingleton<WhatComesBefore>();
        services.TryAddSingleton<Reversals>();
        services.TryAddSingleton<ByHandParts>();
        services.TryAddSingleton<CountSources>();
        services.TryAddSingleton<Calls>();
        services.AddWithLifecycle<EffectRunner>().AddWithLifecycle<QuestionRunner>().AddWithLifecycle<Keeper>()
            .AddWithLifecycle<TraceSearches>().AddWithLifecycle<Observer>().AddWithLifecycle<HandLook>()
            .AddWithLifecycle<SoakReader>().AddWithLifecycle<LookoutTimer>();
        return silo;
    }

    private static IServiceCollection AddWithLifecycle<T>(this IServiceCollection services)
        where T : class, ILifecycleParticipant<ISiloLifecycle>
    {
        services.TryAddSingleton<T>();
        return services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            provider => provider.GetRequiredService<T>());
    }
}
