using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using OrleansRelease.Core.Catalogue;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Json;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Json;

/// <summary>
/// Makes one value of any stored type. A full one has something different in every member; a bare one has nothing where
/// nothing is allowed.
/// </summary>
internal sealed class Examples(bool full)
{
    private static readonly NullabilityInfoContext Nullability = new();

    private int _count;

    public object Of(StoredType type) => Make(type.Actual);

    private object Make(Type type) => Leaf(type, ++_count) ?? (
        type.IsEnum ? LastOf(type)
        : Stored.Shape(type) is { ElementType: { } element } shape ? Several(type, shape.KeyType, element)
        : type.IsAbstract ? Make(Stored.Cases(type).ElementAt(_count % Stored.Cases(type).Count()))
        : Constructed(type));

    /// <summary>No default of its type, and unlike the one before it.</summary>
    private static object? Leaf(Type type, int n) => type switch
    {
        _ when type == typeof(string) => Text("text", n),
        _ when type == typeof(int) => n,
        _ when type == typeof(long) => 5_000_000_000L + n,
        _ when type == typeof(decimal) => n + 0.25m,
        _ when type == typeof(double) => n + 0.1,
        _ when type == typeof(bool) => true,
        _ when type == typeof(TimeSpan) => TimeSpan.FromMilliseconds((90_061_001L * n) + 7),
        _ when type == typeof(DateTimeOffset) =>
            new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero).AddTicks(1_234_567L * n),
        _ when type == typeof(Uri) => new Uri($"http://{Text("host", n)}:8080/base"),
        _ when type == typeof(Weight) => new Weight((n % Weight.Full) + 1),
        _ when type == typeof(Quantity) => new Quantity(QuantityKind.Percent, 0.01m * n),
        _ when type == typeof(ServiceName) => ServiceName.From(Text("service", n)),
        _ when type == typeof(EnvironmentName) => EnvironmentName.From(Text("environment", n)),
        _ when type == typeof(SlotKey) => SlotKey.From($"{Text("service", n)}.{Text("environment", n)}"),
        _ when type == typeof(RolloutId) => RolloutId.From($"{Text("service", n)}.production.{n}"),
        _ when type == typeof(ReleaseName) => ReleaseName.From($"{Text("shop", n)}.2026"),
        _ when type == typeof(PassageId) => PassageId.From($"{Text("shop", n)}.11.3.production.{n}"),
        _ when type == typeof(WaiterName) => WaiterName.From($"{Text("shop", n)}.11.3.production.{n}"),
        _ when type == typeof(VersionName) => VersionName.From($"1.0+build <{n}>"),
        _ when type == typeof(ActorName) => ActorName.From($"Anna \"{n}\""),
        _ when type == typeof(CommandId) => CommandId.From($"key/{n} é"),
        _ when type == typeof(ManifestKey) => ManifestKey.From($"Service/{Text("service", n)}"),
        _ => null,
    };

    public static object Name(Type type) => Leaf(type, 7)
        ?? throw new InvalidOperationException($"say in {nameof(Examples)} what a {type.Name} looks like");

    private static string Text(string word, int n) => string.Create(CultureInfo.InvariantCulture, $"{word}-{n}");

    // The last word of an enum is never its default, but where there is only one.
    private static object LastOf(Type type) => Enum.GetValues(type).Cast<object>().Last();

    private object Several(Type type, Type? key, Type element)
    {
        var count = full ? 2 : 0;
        if (key is null && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
        {
            var items = Array.CreateInstance(element, count);
            for (var i = 0; i < count; i++) items.SetValue(Make(element), i);
            return Call(nameof(ImmutableArrayOf), [element], items);
        }

        if (type.GetGenericTypeDefinition() != typeof(ImmutableSortedDictionary<,>) || key != typeof(string))
            throw new InvalidOperationException($"say in {nameof(Examples)} how a {StoredType.Readable(type)} is made");
        return Call(nameof(DictionaryOf), [element], Enumerable.Range(0, count).Select(_ => Make(element)).ToArray());
    }

    private static object Call(string method, Type[] types, object argument) =>
        typeof(Examples).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(types).Invoke(null, [argument])!;

    private static ImmutableArray<T> ImmutableArrayOf<T>(T[] items) => [.. items];

    private static ImmutableSortedDictionary<string, T> DictionaryOf<T>(object[] items) =>
        items.Select((item, n) => KeyValuePair.Create(Text("Key", n), (T)item)).ToImmutableSortedDictionary();

    private object Constructed(Type type)
    {
        if (type.Assembly != typeof(Vocabulary).Assembly)
            throw new InvalidOperationException($"say in {nameof(Examples)} what a {type} looks like");
        var constructor = type.GetConstructors().MaxBy(one => one.GetParameters().Length)!;
        var made = constructor.Invoke([.. constructor.GetParameters().Select(Argument)]);
        foreach (var member in Settable(type, constructor)) member.SetValue(made, ValueOf(member));
        return made;
    }

    private static IEnumerable<PropertyInfo> Settable(Type type, ConstructorInfo constructor) =>
        type.GetProperties().Where(member => member.CanWrite
            && constructor.GetParameters().All(parameter => parameter.Name != member.Name));

    private object? Argument(ParameterInfo parameter) =>
        full || Nullability.Create(parameter).WriteState is not NullabilityState.Nullable
            ? Make(Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType)
            : null;

    private object? ValueOf(PropertyInfo member) =>
        full || Nullability.Create(member).WriteState is not NullabilityState.Nullable
            ? Make(Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType)
            : null;
}
