using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Freezes;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Manifests;
using OrleansRelease.Core.Monitors;
using OrleansRelease.Core.Planning;
using OrleansRelease.Core.Promotion;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Core.Slos;
using OrleansRelease.Core.Slots;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Json;

/// <summary>One object of the vocabulary: as what it is read, and what it really is.</summary>
public sealed record StoredType(Type Declared, Type Actual)
{
    public override string ToString() => Readable(Declared) + (Actual == Declared ? "" : $" as {Actual.Name}");

    public static string Readable(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Readable))}>"
        : type.DeclaringType is { } outer ? $"{Readable(outer)}.{type.Name}" : type.Name;
}

/// <summary>
/// Every type that is stored, found from the deciders of Core and from what else is kept; nobody has to list a new one.
/// </summary>
internal static class Stored
{
    private static readonly Assembly Core = typeof(Vocabulary).Assembly;

    /// <summary>What kinds of durable things there are: the interface of each decider.</summary>
    public static IReadOnlyList<(Type Decider, Type[] Arguments)> Deciders { get; } =
    [
        .. from type in Core.GetTypes().OrderBy(type => type.FullName, StringComparer.Ordinal)
           from face in type.GetInterfaces()
           where face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IDecider<,,>)
           select (type, face.GetGenericArguments()),
    ];

    /// <summary>What a store holds: rows, transitions, specifications, manifests and answers to commands.</summary>
    public static IReadOnlyList<Type> Roots { get; } =
    [
        .. Deciders.Select(decider => typeof(Row<>).MakeGenericType(decider.Arguments[0])),
        .. Deciders.Select(decider => typeof(Transition<,>).MakeGenericType(decider.Arguments[1..])),
        typeof(RolloutSpec), typeof(Manifest), typeof(StartAnswer), typeof(FreezeAnswer),
        typeof(PassageSpec), typeof(ReleaseStarted), typeof(Addressed),
    ];

    /// <summary>What is only spoken: between nodes and to those who ask.</summary>
    public static IReadOnlyList<Type> Spoken { get; } =
    [
        typeof(Resolution), typeof(RolloutPlan), typeof(Explanation), typeof(EffectiveView), typeof(Refusal),
        typeof(PassageExplanation), typeof(ReleaseExplanation), typeof(Sight),
        typeof(ReleasePlan), typeof(SimulationGround), typeof(ReleaseSimulation),
        typeof(BurnVerdict), typeof(Finding),
    ];

    public static IReadOnlySet<Type> Reachable { get; } = Walk(Roots);

    public static IReadOnlyList<StoredType> Objects { get; } = ObjectsOf(Reachable);

    public static IReadOnlyList<StoredType> AllObjects { get; } = ObjectsOf(Walk([.. Roots, .. Spoken]));

    /// <summary>The unions of Core: what is marked to be written with the word of its case.</summary>
    public static IEnumerable<Type> Unions => Core.GetTypes().Where(type =>
        type.GetCustomAttributes<System.Text.Json.Serialization.JsonDerivedTypeAttribute>(inherit: false).Any());

    public static IEnumerable<Type> Names => Core.GetTypes().Where(type =>
        type.IsValueType && type.GetInterfaces().Any(face =>
            face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IName<>)));

    public static JsonTypeInfo Shape(Type type) => Vocabulary.Options.GetTypeInfo(type);

    /// <summary>The members that are written; ignored ones have no way to be read from the object.</summary>
    public static IEnumerable<JsonPropertyInfo> Members(Type type) =>
        Shape(type).Properties.Where(member => member.Get is not null);

    public static IEnumerable<Type> Cases(Type type) =>
        Shape(type).PolymorphismOptions?.DerivedTypes.Select(derived => derived.DerivedType) ?? [];

    private static HashSet<Type> Walk(IEnumerable<Type> roots)
    {
        var seen = new HashSet<Type>();
        var open = new Queue<Type>(roots);
        while (open.TryDequeue(out var next))
        {
            var type = Nullable.GetUnderlyingType(next) ?? next;
            if (!seen.Add(type)) continue;
            var shape = Shape(type);
            foreach (var part in Members(type).Select(member => member.PropertyType).Concat(Cases(type)))
                open.Enqueue(part);
            if (shape.ElementType is { } element) open.Enqueue(element);
            if (shape.KeyType is { } key) open.Enqueue(key);
        }

        return seen;
    }

    private static List<StoredType> ObjectsOf(IReadOnlySet<Type> types)
    {
        var cases = types.SelectMany(type => Cases(type).Select(one => new StoredType(type, one))).ToList();
        return
        [
            .. types.Where(type => Shape(type).Kind == JsonTypeInfoKind.Object && !type.IsAbstract
                    && cases.All(one => one.Actual != type))
                .Select(type => new StoredType(type, type))
                .Concat(cases)
                .OrderBy(one => one.ToString(), StringComparer.Ordinal),
        ];
    }
}
