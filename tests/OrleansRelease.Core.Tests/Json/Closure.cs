using System.Reflection;
using System.Text.Json.Serialization;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Environments;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Json;

/// <summary>Every type of the rules that is ever put on record, found from what a row and a transition hold.</summary>
internal static class Closure
{
    public static readonly Type[] Roots =
    [
        typeof(Row<RolloutState>), typeof(Transition<RolloutInput, RolloutEvent>),
        typeof(Row<SlotState>), typeof(Transition<SlotInput, SlotEvent>),
        typeof(Row<EnvironmentState>), typeof(Transition<PermitsInput, PermitsEvent>),
        typeof(Row<ManifestState>), typeof(Transition<ManifestInput, ManifestEvent>),
        typeof(RolloutSpec), typeof(Manifest),
    ];

    public static IReadOnlyList<Type> Types { get; } = Find();

    public static bool IsUnion(Type type) => CasesOf(type).Any();

    public static IEnumerable<Type> CasesOf(Type union) =>
        union.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false).Select(derived => derived.DerivedType);

    private static List<Type> Find()
    {
        var found = new List<Type>();
        var waiting = new Queue<Type>(Roots);
        while (waiting.TryDequeue(out var type))
        {
            foreach (var part in PartsOf(type))
            {
                if (found.Contains(part)) continue;
                found.Add(part);
                waiting.Enqueue(part);
            }

            if (type.Assembly == typeof(Step).Assembly && !found.Contains(type)) found.Add(type);
        }

        return [.. found.OrderBy(type => type.ToString(), StringComparer.Ordinal)];
    }

    private static IEnumerable<Type> PartsOf(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return OurOwn(inner);
        if (type.IsGenericType && type.Assembly != typeof(Step).Assembly)
            return type.GetGenericArguments().SelectMany(argument => OurOwn(argument));
        if (IsUnion(type)) return CasesOf(type);
        var constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length);
        var members = type.GetProperties().Where(property => property.SetMethod is not null)
            .Select(property => property.PropertyType);
        return (constructor?.GetParameters().Select(parameter => parameter.ParameterType) ?? [])
            .Concat(members).SelectMany(OurOwn);
    }

    private static IEnumerable<Type> OurOwn(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return OurOwn(inner);
        if (type.Assembly == typeof(Step).Assembly) return [type];
        return type.IsGenericType ? type.GetGenericArguments().SelectMany(OurOwn) : [];
    }
}
