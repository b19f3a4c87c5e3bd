using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace OrleansRelease.EndToEnd.Tests.Telemetry;

/// <summary>
/// One span as it is sent by OTLP: the few fields that are looked at, read by their numbers in the protocol.
/// </summary>
internal sealed record Span(
    string Trace, string Id, string Parent, string Name, IReadOnlyDictionary<string, string> Attributes)
{
    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);

    /// <summary>All that one request carries: resources (1), their scopes (2), their spans (2).</summary>
    public static IEnumerable<Span> Read(byte[] request) =>
        from resource in Messages(request, 1)
        from scope in Messages(resource, 2)
        from span in Messages(scope, 2)
        select new Span(
            Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5),
            Messages(span, 9).ToDictionary(pair => Text(pair, 1), pair => Value(Messages(pair, 2).Single())));

    // A value is a text (1), a truth (2) or a whole number (3); others are not looked at.
    private static string Value(byte[] any) => Fields(any).Single() switch
    {
        (1, { } text, _) => Encoding.UTF8.GetString(text),
        (_, _, var number) => number.ToString(CultureInfo.InvariantCulture),
    };

    private static IEnumerable<byte[]> Messages(byte[] message, int field) =>
        from one in Fields(message) where one.Field == field && one.Bytes is not null select one.Bytes;

    private static string Hex(byte[] message, int field) =>
        Convert.ToHexStringLower(Messages(message, field).SingleOrDefault() ?? []);

    private static string Text(byte[] message, int field) =>
        Encoding.UTF8.GetString(Messages(message, field).SingleOrDefault() ?? []);

    private static IEnumerable<(int Field, byte[]? Bytes, long Number)> Fields(byte[] message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message, ref at);
            var (field, sort) = ((int)(tag >> 3), (int)(tag & 7));
            switch (sort)
            {
                case 0:
                    yield return (field, null, Varint(message, ref at));
                    break;
                case 1:
                    yield return (field, null, BinaryPrimitives.ReadInt64LittleEndian(message.AsSpan(at)));
                    at += sizeof(long);
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    yield return (field, message[at..(at + length)], 0);
                    at += length;
                    break;
                default:
                    yield return (field, null, BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(at)));
                    at += sizeof(int);
                    break;
            }
        }
    }

    private static long Varint(byte[] message, ref int at)
    {
        var (value, shift) = (0L, 0);
        while (true)
        {
            var part = message[at++];
            value |= (long)(part & 0x7f) << shift;
            if (part < 0x80) return value;
            shift += 7;
        }
    }
}
