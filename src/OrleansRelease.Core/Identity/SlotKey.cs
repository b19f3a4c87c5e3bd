using System.Text.Json.Serialization;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Core.Identity;

/// <summary>One service in one environment, written <c>service.environment</c>.</summary>
[JsonConverter(typeof(NameConverter<SlotKey>))]
public readonly record struct SlotKey(ServiceName Service, EnvironmentName Environment) : IName<SlotKey>
{
    public static string Shape => "SERVICE.ENVIRONMENT";

    public static SlotKey? Parse(string? text) =>
        text?.Split('.') is [var service, var environment]
        && ServiceName.Parse(service) is { } s && EnvironmentName.Parse(environment) is { } e
            ? new SlotKey(s, e)
            : null;

    public static SlotKey From(string? text) => NameText.From<SlotKey>(text);

    public override string ToString() => $"{Service}.{Environment}";
}
