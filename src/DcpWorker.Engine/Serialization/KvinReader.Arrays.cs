namespace DcpWorker.Engine.Serialization;

public sealed partial class KvinReader
{
    private JsArray ReadArray(JsObject form, JsArray array, int depth)
    {
        if (form["arr"] is not JsArray elements)
        {
            throw new SerializationException("KVIN: the elements of an array are not an array.");
        }

        ReadElements(elements, array, depth);
        ReadArrayMembers(form, array, depth);
        if (form["len"].AsNumber() is { } length && length != 0)
        {
            SetLength(array, length);
        }

        return array;
    }

    private void ReadElements(JsArray elements, JsArray array, int depth)
    {
        JsValue? last = null;
        foreach (JsValue? element in elements.Items)
        {
            if (element is JsObject form && form["lst"].AsNumber() is { } count && count != 0)
            {
                Repeat(last ?? throw new SerializationException("KVIN: a repetition of nothing."), count, array, depth);
                continue;
            }

            last = element ?? JsValue.Null;
            array.Items.Add(Read(last, depth + 1));
        }
    }

    private void Repeat(JsValue last, double count, JsArray array, int depth)
    {
        _budget.Charge(count * SlotCost);
        bool shared = last is not JsObject;
        using (_budget.Repeating())
        {
            for (double i = 0; i < count; i++)
            {
                array.Items.Add(shared ? last : Read(last, depth + 1));
            }
        }
    }

    private void ReadIsland(JsValue island, JsArray array, int depth)
    {
        JsArray elements = island["arr"] switch
        {
            JsArray plain => plain,
            JsObject prepared => ReadArray(prepared, Register(new JsArray()), depth + 1),
            _ => throw new SerializationException("KVIN: an island without elements."),
        };
        double at = island["@"].AsNumber() ?? -1;
        for (int i = 0; i < elements.Items.Count; i++)
        {
            SetElement(array, at + i, elements.Items[i]);
        }
    }

    /// <summary>Islands and members by ascending index, which is how the writer numbered them; then the named members.</summary>
    private JsArray ReadArrayMembers(JsObject form, JsArray array, int depth)
    {
        List<JsValue> islands = form["isl"] is JsArray list ? [.. list.Items.Select(i => i ?? JsValue.Undefined)] : [];
        int island = 0;
        foreach ((string name, JsValue prepared) in form["ps"] is JsObject members ? members.InJsOrder() : [])
        {
            bool isElement = JsObject.TryParseIndex(name, out uint index);
            while (island < islands.Count && !(isElement && islands[island]["@"].AsNumber() > index))
            {
                ReadIsland(islands[island++], array, depth);
            }

            JsValue value = Read(prepared, depth + 1);
            if (isElement)
            {
                SetElement(array, index, value);
            }
            else
            {
                array[name] = value;
            }
        }

        while (island < islands.Count)
        {
            ReadIsland(islands[island++], array, depth);
        }

        return array;
    }

    private void SetElement(JsArray array, double index, JsValue? value)
    {
        if (!(index >= 0) || index != Math.Floor(index))
        {
            throw new SerializationException("KVIN: an island at an impossible place.");
        }

        if (index >= array.Items.Count)
        {
            SetLength(array, index + 1);
        }

        array.Items[(int)index] = value;
    }

    private void SetLength(JsArray array, double length)
    {
        if (!(length >= 0) || length != Math.Floor(length))
        {
            throw new SerializationException("KVIN: an array of an impossible length.");
        }

        if (length < array.Items.Count)
        {
            array.Items.RemoveRange((int)length, array.Items.Count - (int)length);
            return;
        }

        _budget.Charge((length - array.Items.Count) * SlotCost);
        array.Items.AddRange(Enumerable.Repeat<JsValue?>(null, (int)length - array.Items.Count));
    }
}
