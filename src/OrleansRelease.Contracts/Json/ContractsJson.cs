using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Contracts.Json;

/// <summary>
/// How the types of Core and of this package travel between processes: as JSON of the one vocabulary.
/// </summary>
public static class ContractsJson
{
    /// <summary>Both servers and clients call this on the services that hold their serializer.</summary>
    public static IServiceCollection AddReleaseContracts(this IServiceCollection services) =>
        services.AddSerializer(serializer => serializer.AddJsonSerializer(TravelsAsJson, Vocabulary.Options));

    // Generated proxies live in this assembly too, in a namespace of their own; they have their own serializers.
    private static bool TravelsAsJson(Type type) =>
        (type.Assembly == typeof(Command).Assembly || type.Assembly == typeof(ContractsJson).Assembly)
        && type.Namespace?.StartsWith("OrleansRelease.", StringComparison.Ordinal) == true;
}
