using System.Collections;
using System.Reflection;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Json;

/// <summary>One value of any type that is put on record, with nothing in it left empty.</summary>
internal static class Example
{
    private static readonly string[] Names =
        ["shop", "shop.production", "shop.production.7", "Service/shop", "1.2.3"];

    private static readonly DateTimeOffset Time = new(2026, 3, 2, 9, 0, 0, 250, TimeSpan.Zero);

    public static object Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return Of(inner);
        if (Leaf(type) is { } leaf) return leaf;
        if (type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable))) return Collection(type);
        if (Closure.IsUnion(type)) return Of(Closure.CasesOf(type).First());
        var constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)
            ?? throw new InvalidOperationException($"{type} cannot be made");
        var value = constructor.Invoke([.. constructor.GetParameters().Select(p => Of(p.ParameterType))]);
        // Members that are no part of the constructor are on record too.
        foreach (var member in type.GetProperties().Where(IsEmptyMember(value))) Fill(member, value);
        return value;
    }

    private static Func<PropertyInfo, bool> IsEmptyMember(object value) => member =>
        member.SetMethod is not null && member.GetMethod is { IsStatic: false } && member.GetValue(value) is null;

    private static void Fill(PropertyInfo member, object value) => member.SetValue(value, Of(member.PropertyType));

    private static object? Leaf(Type type)
    {
        if (type == typeof(string)) return "text";
        if (type == typeof(int)) return 7;
        if (type == typeof(long)) return 77L;
        if (type == typeof(bool)) return true;
        if (type == typeof(double)) return 0.25;
        if (type == typeof(decimal)) return 2.5m;
        if (type == typeof(TimeSpan)) return TimeSpan.FromMilliseconds(1_500);
        if (type == typeof(DateTimeOffset)) return Time;
        if (type == typeof(Uri)) return new Uri("http://127.0.0.1:5010/");
        if (type == typeof(Quantity)) return new Quantity(QuantityKind.Percent, 5m);
        if (type == typeof(Weight)) return Weight.Percent(5);
        if (type.IsEnum) return Enum.GetValues(type).Cast<object>().Last();
        return type.GetInterface(typeof(IName<ActorName>).Name) is null ? null : Name(type);
    }

    private static object Name(Type type)
    {
        var parse = type.GetMethod("Parse", [typeof(string)])!;
        return Names.Select(text => parse.Invoke(null, [text])).First(name => name is not null)!;
    }

    private static object Collection(Type type)
    {
        var arguments = type.GetGenericArguments();
        var empty = type.GetField("Empty")?.GetValue(null)
            ?? throw new InvalidOperationException($"{type} has no empty value");
        return arguments.Length == 1
            ? type.GetMethod("Add", [arguments[0]])!.Invoke(empty, [Of(arguments[0])])!
            : type.GetMethod("Add", arguments)!.Invoke(empty, [Of(arguments[0]), Of(arguments[1])])!;
    }
}
